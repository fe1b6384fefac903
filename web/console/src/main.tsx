import './ui/style/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { CannotStart } from './app/cannot-start.js';
import { startUp } from './app/start-up.js';
import { readTheme, showTheme } from './app/theme.js';
import { forgetWithIdentity } from './graphql/forget-with-identity.js';
import { createQueryClient } from './graphql/query-client.js';

showTheme(readTheme());
const element = document.getElementById('root');
if (element === null) throw new Error('The page has no root element.');
const root = createRoot(element);
const { unfit } = document.documentElement.dataset;
// Nobody is signed in, and nothing is asked, in a browser that lacks what the console needs: browser-check.js has
// said so.
if (unfit === undefined) {
  startUp().then(
    (started) => {
      const queries = createQueryClient();
      forgetWithIdentity(started.identity, queries);
      root.render(<App {...started} queries={queries} />);
    },
    () => root.render(<CannotStart />),
  );
} else {
  root.render(null);
}
