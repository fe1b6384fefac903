// Runs before the console. What it needs and what is not there in older browsers is looked for, so that a person is told, and does not meet a
// console that works by halves: without a channel between tabs, say, one of them would go on as somebody whom another has left.
const needed = {
  'messages between tabs': typeof BroadcastChannel === 'function',
  'requests that can be broken off': typeof AbortSignal === 'function' && typeof AbortSignal.any === 'function',
  'random numbers': typeof crypto === 'object' && typeof crypto.getRandomValues === 'function',
  'lists of 2023': typeof Array.prototype.toSorted === 'function',
  'watching sizes': typeof ResizeObserver === 'function',
  'light and dark colours': CSS.supports('color', 'light-dark(#000, #fff)'),
};
const missing = Object.keys(needed).filter((name) => !needed[name]);
if (missing.length > 0) {
  document.documentElement.dataset.unfit = missing.join(', ');
  document.getElementById('unfit-parts').textContent = missing.join(', ');
  document.getElementById('unfit').hidden = false;
}
