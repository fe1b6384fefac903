import { gathered } from './row.js';

/** Who sees to the event of which end; see `EndClaim`. */
export const CLAIM =
  'INSERT INTO endClaims (id, claimedAt, claimedBy) VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET claimedAt = ?2, claimedBy = ?3';
export const RENEW = 'UPDATE endClaims SET claimedAt = ? WHERE id = ? AND claimedBy = ?';
export const CONFIRM = 'DELETE FROM endClaims WHERE id = ?';
export const NEXT_UNRECORDED = gathered(
  'SELECT json_array(id) AS row FROM endClaims INDEXED BY endClaimsByTime WHERE claimedAt < ? ORDER BY claimedAt, id LIMIT 1',
);
