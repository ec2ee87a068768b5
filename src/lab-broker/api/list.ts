import { type Answer, badRequest } from './answer.ts';
import { type Draft, Listing, listingOf } from './listing.ts';
import type { Pace } from './pace.ts';
import { type Document, isDocument } from './values.ts';

/** What lists are sorted by unless something else is asked for; documents that have none of it stay as they are. */
const ORDER = ['vhost', 'source', 'destination', 'routing_key', 'properties_key', 'name'];

/** Items of a page unless something else is asked for, and at most. */
const [PAGE_SIZE, LARGEST_PAGE] = [100, 500];

/**
 * Does to an answer what a query says: an order (`sort`), the fields wanted (`columns`), and of a `paged` list a part of the name and a page.
 * Of a `Listing` it puts together what is left then.
 */
export async function select(answer: Answer, query: URLSearchParams, paged: boolean, pace: Pace): Promise<Answer> {
  const { status, body } = answer;
  if (status !== 200) return answer;
  const columns = query.get('columns')?.split(',');
  const shape = (document: Document) => (columns === undefined ? document : pick(document, columns));
  if (body instanceof Listing || Array.isArray(body)) {
    const listing = body instanceof Listing ? body : listingOf(body as readonly Document[]);
    const drafts = await sorted(listing.drafts, query, pace);
    if (paged && query.get('page') !== null) return pageOf(drafts, query, shape, pace);
    return { status, body: await pace.map(drafts, ({ view }) => shape(view())) };
  }
  return isDocument(body) ? { ...answer, body: shape(await whole(body, pace)) } : answer;
}

/** A document with its lists. */
async function whole(document: Document, pace: Pace): Promise<Document> {
  const fields: [string, unknown][] = [];
  for (const [name, value] of Object.entries(document)) {
    fields.push([name, value instanceof Listing ? await pace.map(value.drafts, ({ view }) => view()) : value]);
  }
  return Object.fromEntries(fields);
}

async function pageOf(
  drafts: readonly Draft[],
  query: URLSearchParams,
  shape: (document: Document) => unknown,
  pace: Pace,
): Promise<Answer> {
  const asked = [query.get('page'), query.get('page_size')] as const;
  if (asked.some((text) => text !== null && !/^-?\d+$/.test(text))) return badRequest('Pagination parameters are invalid');
  const [page, size] = [Number(asked[0]), asked[1] === null ? PAGE_SIZE : Number(asked[1])];
  if (page < 1 || size < 1 || size > LARGEST_PAGE) {
    const reason = `Invalid pagination parameters: page number ${page}, page size ${asked[1] ?? 'undefined'}`;
    return badRequest(reason, 'invalid_pagination_parameters');
  }
  const matches = nameFilter(query);
  const verdicts = await pace.map(drafts, ({ head }) => matches(head()));
  const matching = drafts.filter((_, index) => verdicts[index]);
  const pages = Math.ceil(matching.length / size);
  if (page > Math.max(1, pages)) {
    return badRequest(`Page out of range, page: ${page} page size: ${size}, len: ${matching.length}`, 'page_out_of_range');
  }
  const shown = matching.slice((page - 1) * size, page * size);
  return {
    status: 200,
    body: {
      filtered_count: matching.length,
      item_count: shown.length,
      items: await pace.map(shown, ({ view }) => shape(view())),
      page,
      page_count: pages,
      page_size: size,
      total_count: drafts.length,
    },
  };
}

async function sorted(drafts: readonly Draft[], query: URLSearchParams, pace: Pace): Promise<readonly Draft[]> {
  const asked = query.get('sort');
  const keys = asked === null ? ORDER : [asked, ...ORDER];
  const isInHead = asked === null || ORDER.includes(asked);
  const order = await pace.map(drafts, (draft) => {
    const document = isInHead ? draft.head() : draft.view();
    return { draft, key: keys.map((key) => sortable(valueAt(document, key))) };
  });
  order.sort((a, b) => compare(a.key, b.key));
  if (query.get('sort_reverse') === 'true') order.reverse();
  return order.map(({ draft }) => draft);
}

function valueAt(document: unknown, path: string): unknown {
  return path.split('.').reduce((value, name) => (isDocument(value) && Object.hasOwn(value, name) ? value[name] : undefined), document);
}

function sortable(value: unknown): number | string {
  return typeof value === 'number' ? value : String(value ?? '');
}

/** Numbers by value and before texts. */
function compare(these: readonly (number | string)[], those: readonly (number | string)[]): number {
  for (let index = 0; index < these.length; index++) {
    const [one = '', other = ''] = [these[index], those[index]];
    if (one === other) continue;
    if (typeof one === typeof other) return one < other ? -1 : 1;
    return typeof one === 'number' ? -1 : 1;
  }
  return 0;
}

function nameFilter(query: URLSearchParams): (document: Document) => boolean {
  const text = query.get('name') ?? '';
  if (query.get('use_regex') !== 'true') return ({ name }) => String(name ?? '').includes(text);
  try {
    const pattern = new RegExp(text);
    return ({ name }) => pattern.test(String(name ?? ''));
  } catch {
    return () => false;
  }
}

/** The fields named; `a.b` names one inside another, in each document of a list. Nothing at all is an empty list, as in RabbitMQ. */
function pick(document: Document, columns: readonly string[]): Document | readonly never[] {
  const wanted = new Map<string, string[]>();
  for (const column of columns) {
    const [name = '', ...inner] = column.split('.');
    if (!Object.hasOwn(document, name)) continue;
    const known = wanted.get(name) ?? [];
    wanted.set(name, inner.length === 0 ? known : [...known, inner.join('.')]);
  }
  if (wanted.size === 0) return [];
  return Object.fromEntries([...wanted].map(([name, inner]) => [name, narrow(document[name], inner)]));
}

function narrow(value: unknown, columns: readonly string[]): unknown {
  if (columns.length === 0) return value;
  if (Array.isArray(value)) return value.map((item) => narrow(item, columns));
  return isDocument(value) ? pick(value, columns) : value;
}
