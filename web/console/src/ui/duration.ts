/** A length of time, seconds, in words: "1 h 5 min", "45 s". */
export function durationInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  const rest = whole % 60;
  if (hours > 0) return minutes > 0 ? `${hours} h ${minutes} min` : `${hours} h`;
  return rest > 0 && minutes < 10 ? `${minutes} min ${rest} s` : `${minutes} min`;
}

/** A count-down as a clock shows it: "9:05", "1:00:00". Milliseconds; a part of a second counts as one. */
export function countdown(milliseconds: number): string {
  const whole = Math.max(0, Math.ceil(milliseconds / 1_000));
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  const seconds = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}
