import { aggregates } from './aggregates.js';
import type { AttackGroup } from './attack.js';
import { blocking } from './blocking.js';
import { browsers } from './browsers.js';
import { credentials } from './credentials.js';
import { deadSessions } from './dead-sessions.js';
import { delegatedStarts } from './delegated-starts.js';
import { delegation } from './delegation.js';
import { documents } from './documents.js';
import { edge } from './edge.js';
import { embedding } from './embedding.js';
import { ending } from './ending.js';
import { exports } from './exports.js';
import { floods } from './floods.js';
import { forgedClaims } from './forged-claims.js';
import { forgedSignatures } from './forged-signatures.js';
import { guardedFields } from './guarded-fields.js';
import { hostModules } from './host-modules.js';
import { inactivity } from './inactivity.js';
import { inputs } from './inputs.js';
import { limits } from './limits.js';
import { logFloods } from './log-floods.js';
import { nesting } from './nesting.js';
import { oldRecords } from './old-records.js';
import { outages } from './outages.js';
import { prunedStreams } from './pruned-streams.js';
import { readOnlySessions } from './read-only.js';
import { refusedDocuments } from './refused-documents.js';
import { reservedStreams } from './reserved-streams.js';
import { retiredKeys } from './retired-keys.js';
import { secondLook } from './second-look.js';
import { secrets } from './secrets.js';
import { senderConstraint } from './sender-constraint.js';
import { services } from './services.js';
import { sideDoors } from './side-doors.js';
import { standingStill } from './standing-still.js';
import { starting } from './starting.js';
import { streams } from './streams.js';
import { trustedDocuments } from './trusted-documents.js';
import { unreadableMessages } from './unreadable-messages.js';
import { unseen } from './unseen.js';
import { variables } from './variables.js';

/** Attacks on credentials: what a token says, where it is put, how long it is honoured. */
export const ON_TOKENS: readonly AttackGroup[] = [
  forgedSignatures,
  forgedClaims,
  delegation,
  credentials,
  streams,
  deadSessions,
];

/** Attacks on what a request may do, and on what is kept of it. */
export const ON_THE_FLOW: readonly AttackGroup[] = [
  nesting,
  starting,
  inputs,
  ending,
  readOnlySessions,
  guardedFields,
  secrets,
  browsers,
  documents,
  hostModules,
  outages,
  floods,
  unseen,
  exports,
  aggregates,
  services,
  variables,
  edge,
  limits,
  trustedDocuments,
  oldRecords,
  reservedStreams,
  delegatedStarts,
  unreadableMessages,
  blocking,
  standingStill,
  refusedDocuments,
  retiredKeys,
  prunedStreams,
  secondLook,
  senderConstraint,
  logFloods,
  embedding,
  sideDoors,
  inactivity,
];

/** Every attack, in the order of its number. */
export const CATALOGUE: readonly AttackGroup[] = [...ON_TOKENS, ...ON_THE_FLOW];
