/** Text as it may stand in an SVG, in elements and in attributes. */
export function svgText(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
