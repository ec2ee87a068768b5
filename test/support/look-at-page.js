// Runs in a page of `bench --html` in a browser, and leaves what it found out about the layout on the page's body.

/** @param {number} value */
const channel = (value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** As WCAG 2 has it. */
function luminance(color) {
  const [r = 0, g = 0, b = 0] = (color.match(/[\d.]+/g) ?? []).map((part) => channel(Number(part) / 255));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

const ground = luminance(getComputedStyle(document.body).backgroundColor);
function contrast(color) {
  const [high, low] = [luminance(color), ground].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const misplaced = [];
for (const svg of document.querySelectorAll('figure .scroll svg')) {
  const frame = svg.getBoundingClientRect();
  const words = [...svg.querySelectorAll('text')].map((word) => ({ text: word.textContent, box: word.getBoundingClientRect() }));
  for (const [i, { text, box }] of words.entries()) {
    const isInside = box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
    if (!isInside) misplaced.push(`${text} is outside`);
    for (const other of words.slice(i + 1)) {
      const isBeside = box.right <= other.box.left || other.box.right <= box.left;
      const isBelow = box.bottom <= other.box.top || other.box.bottom <= box.top;
      if (!isBeside && !isBelow) misplaced.push(`${text} is over ${other.text}`);
    }
  }
}

const faint = [];
for (const element of document.querySelectorAll('main *')) {
  const hasWords = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  if (!hasWords || ['title', 'desc'].includes(element.tagName)) continue;
  const style = getComputedStyle(element);
  const ratio = contrast(element instanceof SVGElement ? style.fill : style.color);
  if (ratio < 4.5) faint.push(`${element.textContent}: ${ratio}`);
}

document.body.dataset.found = JSON.stringify({
  dark: matchMedia('(prefers-color-scheme: dark)').matches,
  overflow: document.documentElement.scrollWidth - innerWidth,
  resources: performance.getEntriesByType('resource').length,
  misplaced,
  lines: [...document.querySelectorAll('figure .scroll svg .line path')].map((path) => Math.round(path.getTotalLength())),
  faint,
});
