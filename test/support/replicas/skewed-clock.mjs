// Loaded by `node --import` into a gateway process, before anything of it: the process then has a wall clock that is wrong by
// CLOCK_SKEW_MS, as a machine without time synchronisation has. What counts from a start and does not know the date (timers,
// performance.now) goes on as it is: so it does on such a machine.
const skew = Number(process.env.CLOCK_SKEW_MS);
if (!Number.isFinite(skew)) throw new Error('CLOCK_SKEW_MS is not a number of milliseconds');

const RightDate = Date;
const now = () => RightDate.now() + skew;

globalThis.Date = new Proxy(RightDate, {
  construct: (target, given, made) =>
    Reflect.construct(target, given.length === 0 ? [now()] : given, made === globalThis.Date ? target : made),
  apply: () => new RightDate(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});
