/** A place in the whole trail, from which a follower can go on, on any replica. */
export interface TailPosition {
  /**
   * Chains that are not named begin with their first event that occurred at or after this time, milliseconds since the epoch;
   * null: with their first event.
   */
  readonly horizon: number | null;
  /** Chain → the number of the first event not given yet. Each chain once. */
  readonly places: readonly (readonly [chain: string, next: number])[];
}
