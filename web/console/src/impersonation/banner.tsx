import { useEffect, useEffectEvent, useRef } from 'react';
import { shownText } from '../graphql/shown-text.js';
import type { Impersonation, Person } from '../identity/identity.js';
import { announce } from '../ui/announcer.js';
import { Button } from '../ui/button.js';
import { countdown } from '../ui/duration.js';
import { EyeIcon, PenIcon, WarningIcon } from '../ui/icons.js';
import { setTitleOfImpersonation } from '../ui/page-title.js';
import { showFavicon } from './favicon.js';
import { useBannerHeight } from './use-banner-height.js';
import { useRemaining } from './use-remaining.js';
import { useSessionWatch } from './use-session-watch.js';
import { useStop } from './use-stop.js';

/** When the person is warned that the time is nearly over, milliseconds. */
const WARNING_MS = 60_000;

export interface BannerProps {
  readonly impersonation: Impersonation;
  readonly actor: Person;
}

/**
 * Whose shoes the person stands in: on every page, above everything, dialogs included. Colour, icon and words say the same; it
 * is said aloud at the start and one minute before the end, and the tab's title and icon change with it.
 */
export function Banner({ impersonation, actor }: BannerProps) {
  const { subject, access, reason, ticket, expiresAt } = impersonation;
  const remaining = useRemaining(expiresAt);
  const stop = useStop(impersonation);
  const isUnconfirmed = useSessionWatch(stop.isPending);
  const element = useRef<HTMLElement>(null);
  useBannerHeight(element);
  const isFull = access === 'FULL';
  const isEnding = remaining <= WARNING_MS;
  const accessInWords = isFull ? 'Full access' : 'Read-only';

  const greet = useEffectEvent(() =>
    announce(`You are now acting as ${subject.name}. ${accessInWords}. ${countdown(expiresAt - Date.now())} left.`, {
      isUrgent: true,
    }),
  );
  const { sessionId } = impersonation;
  useEffect(() => {
    void sessionId;
    greet();
    showFavicon('impersonating');
    return () => {
      showFavicon('own');
      setTitleOfImpersonation(null);
    };
  }, [sessionId]);
  useEffect(() => setTitleOfImpersonation(`⚠ Acting as ${subject.name}`), [subject.name]);
  const warn = useEffectEvent(() =>
    announce(`Less than one minute left as ${subject.name}. The impersonation then ends by itself.`, {
      isUrgent: true,
    }),
  );
  useEffect(() => {
    if (isEnding) warn();
  }, [isEnding]);

  return (
    <section
      ref={element}
      className={`banner ${isFull ? 'banner-full' : 'banner-read-only'}`}
      data-ending={isEnding || undefined}
      data-react-aria-top-layer="true"
      aria-label="Impersonation"
    >
      <div className="banner-line">
        <span className="banner-icon">
          <WarningIcon />
        </span>
        <p className="banner-who">
          <span>
            You are acting as{' '}
            <strong>
              <bdi>{subject.name}</bdi>
            </strong>{' '}
            <code>{shownText(subject.id)}</code>
          </span>{' '}
          <span className="banner-detail">
            really <bdi>{actor.name}</bdi> · <bdi>{reason}</bdi>
            {ticket === null ? null : (
              <>
                {' '}
                · <bdi>{ticket}</bdi>
              </>
            )}
          </span>
        </p>
        <p className="banner-access">
          {isFull ? <PenIcon /> : <EyeIcon />}
          {accessInWords}
        </p>
        <p className="banner-time" role="timer" aria-label="Time left">
          <span className="numeric">{countdown(remaining)}</span> left
        </p>
        <Button kind="banner" isPending={stop.isPending} onPress={stop.stop}>
          {stop.isPending ? 'Stopping…' : 'Stop'}
        </Button>
      </div>
      {isEnding ? <p className="banner-note">Less than one minute left. Then you are {actor.name} again.</p> : null}
      {isUnconfirmed ? (
        <p className="banner-note" role="status">
          The gateway cannot be reached, so it is not sure that this impersonation still goes on.
        </p>
      ) : null}
      {stop.problem === null ? null : (
        <div className="banner-note banner-problem" role="alert">
          <p>
            The gateway has not confirmed the stop. {stop.problem} The session ends by itself in {countdown(remaining)}{' '}
            at the latest.
          </p>
          <Button kind="banner" onPress={stop.leave}>
            Leave without confirmation
          </Button>
        </div>
      )}
    </section>
  );
}
