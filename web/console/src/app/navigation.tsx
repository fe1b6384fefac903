import { useEffect, useRef } from 'react';
import { Link, useLocation } from 'wouter';
import { viewerOf } from '../identity/identity.js';
import { useIdentity } from '../identity/identity-context.js';
import { mayOpen, SECTIONS } from './sections.js';

/** The pages that the effective user may open. */
export function Navigation() {
  const viewer = viewerOf(useIdentity());
  const [location] = useLocation();
  const list = useRef<HTMLUListElement>(null);
  // On narrow screens the navigation scrolls sideways: where one is has to be in sight.
  useEffect(() => {
    void location;
    function show(): void {
      const current = list.current?.querySelector('[aria-current]');
      current?.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
    }
    show();
    window.addEventListener('resize', show);
    return () => window.removeEventListener('resize', show);
  }, [location]);
  if (viewer === null) return null;
  const sections = SECTIONS.filter((section) => mayOpen(section, viewer.roles));
  return (
    <nav className="navigation" aria-label="Console">
      <ul ref={list}>
        {sections.map(({ path, label, icon: Icon }) => {
          const isCurrent = location === path || location.startsWith(`${path}/`);
          return (
            <li key={path}>
              <Link href={path} className="navigation-link" aria-current={isCurrent ? 'page' : undefined}>
                <Icon />
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
