import { htmlText } from './html.ts';

/** A point of a line; both 0 to 1 of the chart's width and height, from the left and from below. `tip` is shown where one points at it. */
export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  readonly tip: string;
  /** Nothing is known of what is between the point before and this one: the line begins anew. */
  readonly isApart?: boolean;
}

/** A line of a chart. `color` is one of the style sheet's (`--a` to `--d`). */
export interface ChartLine {
  readonly name: string;
  readonly color: 'a' | 'b' | 'c' | 'd';
  readonly dashed: boolean;
  readonly points: readonly ChartPoint[];
}

/** A part of a chart from the left to the right that is set off, with a word in it. */
export interface ChartBand {
  readonly from: number;
  readonly to: number;
  readonly label: string;
  readonly kind: 'aside' | 'blocked';
}

/** Where an axis is labelled: 0 to 1. */
export interface ChartTick {
  readonly at: number;
  readonly label: string;
}

/** What is drawn. `id` is unlike any other of the page; `description` says in words what the picture shows. */
export interface Chart {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly x: { readonly label: string; readonly ticks: readonly ChartTick[] };
  readonly y: { readonly label: string; readonly ticks: readonly ChartTick[] };
  readonly bands: readonly ChartBand[];
  readonly lines: readonly ChartLine[];
}

const [WIDTH, HEIGHT] = [760, 320];
const [LEFT, RIGHT, TOP, BOTTOM] = [72, 20, 42, 46];
/** With more points than this in a line, dots would hide the lines: they are there for the pointer only. */
const MOST_DOTS = 40;
/** What a character takes at most, with which it is told whether a word fits. */
const CHARACTER = 7;

const across = (x: number) => digits(LEFT + x * (WIDTH - LEFT - RIGHT));
const down = (y: number) => digits(HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM));

/** A chart as SVG that stands in a page with the style sheet of `bench-page-style.ts`, and its legend as HTML. */
export function svgChart({ id, title, description, x, y, bands, lines }: Chart): string {
  const hasDots = lines.every(({ points }) => points.length <= MOST_DOTS);
  const inside = [
    ...bands.map(bandOf),
    ...y.ticks.map(
      ({ at, label }) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${down(at)}" y2="${down(at)}"/>` +
        `<text class="tick" x="${LEFT - 8}" y="${down(at)}" dy="4" text-anchor="end">${htmlText(label)}</text>`,
    ),
    ...x.ticks.map(
      ({ at, label }) =>
        `<line class="grid" x1="${across(at)}" x2="${across(at)}" y1="${down(0)}" y2="${down(0) + 5}"/>` +
        `<text class="tick" x="${across(at)}" y="${down(0) + 18}" text-anchor="${at > 0.98 ? 'end' : 'middle'}">${htmlText(label)}</text>`,
    ),
    `<line class="axis" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${down(0)}" y2="${down(0)}"/>`,
    `<text class="label" x="${(LEFT + WIDTH - RIGHT) / 2}" y="${HEIGHT - 8}" text-anchor="middle">${htmlText(x.label)}</text>`,
    `<text class="label" x="4" y="14">${htmlText(y.label)}</text>`,
    ...lines.map((line) => lineOf(line, hasDots)),
  ];
  return (
    `<figure><figcaption>${htmlText(title)}</figcaption><div class="scroll"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" ` +
    `aria-labelledby="${id}-title ${id}-desc"><title id="${id}-title">${htmlText(title)}</title><desc id="${id}-desc">${htmlText(description)}</desc>` +
    `<defs><pattern id="hatch-${id}" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
    `<rect class="hatch" width="3" height="8"/></pattern></defs>${inside.join('').replaceAll('#hatch', `#hatch-${id}`)}</svg></div>${legend(lines)}</figure>`
  );
}

function bandOf({ from, to, label, kind }: ChartBand): string {
  const [left, right] = [across(from), across(to)];
  const fits = label.length * CHARACTER <= right - left;
  const fill = kind === 'blocked' ? ' style="fill:url(#hatch)"' : '';
  const word = fits
    ? `<text class="band-label" x="${digits((left + right) / 2)}" y="${TOP - 5}" text-anchor="middle">${htmlText(label)}</text>`
    : '';
  return (
    `<g><title>${htmlText(label)}</title><rect class="${kind}"${fill} x="${left}" y="${TOP}" width="${digits(Math.max(right - left, 1))}" ` +
    `height="${HEIGHT - TOP - BOTTOM}"/>${word}</g>`
  );
}

function lineOf({ color, dashed, points }: ChartLine, hasDots: boolean): string {
  if (points.length === 0) return '';
  const path = points.map(({ x, y, isApart }, i) => `${i === 0 || isApart === true ? 'M' : 'L'}${across(x)} ${down(y)}`).join('');
  const dots = points.map(
    ({ x, y, tip }) =>
      `<circle class="${hasDots ? 'dot' : 'unseen'}" cx="${across(x)}" cy="${down(y)}" r="3"><title>${htmlText(tip)}</title></circle>`,
  );
  return `<g class="line ${color}${dashed ? ' dashed' : ''}"><path d="${path}"/>${dots.join('')}</g>`;
}

function legend(lines: readonly ChartLine[]): string {
  const entries = lines.map(
    ({ name, color, dashed }) =>
      `<li><svg viewBox="0 0 32 10" aria-hidden="true"><g class="line ${color}${dashed ? ' dashed' : ''}"><path d="M1 5L31 5"/></g></svg>${htmlText(name)}</li>`,
  );
  return `<ul class="legend">${entries.join('')}</ul>`;
}

function digits(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Ticks from 0 to a round number that is not below `most`, about five of them; `top` is that number. */
export function roundTicks(most: number): { readonly top: number; readonly values: readonly number[] } {
  const wanted = Math.max(most, 1) / 5;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = power * ([1, 2, 2.5, 5, 10].find((factor) => power * factor >= wanted * 0.999) ?? 10);
  const count = Math.max(Math.ceil(most / step - 1e-9), 1);
  return { top: count * step, values: Array.from({ length: count + 1 }, (_, i) => i * step) };
}
