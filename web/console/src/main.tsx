import './ui/style/index.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/app.js';
import { CannotStart } from './app/cannot-start.js';
import { startUp } from './app/start-up.js';
import { readTheme, showTheme } from './app/theme.js';
import { createQueryClient } from './graphql/query-client.js';

showTheme(readTheme());
const element = document.getElementById('root');
if (element === null) throw new Error('The page has no root element.');
const root = createRoot(element);
startUp().then(
  (started) => root.render(<App {...started} queries={createQueryClient()} />),
  () => root.render(<CannotStart />),
);
