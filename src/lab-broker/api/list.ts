import { type Answer, badRequest } from './answer.ts';

type Document = Readonly<Record<string, unknown>>;

/** Applies what a query says of any list: the fields wanted (`columns`), a part of the name, and a page of so many. */
export function select(answer: Answer, query: URLSearchParams): Answer {
  if (answer.status !== 200) return answer;
  const { body } = answer;
  const columns = query.get('columns')?.split(',');
  if (!Array.isArray(body)) return columns === undefined ? answer : { status: 200, body: pick(body as Document, columns) };
  const items = columns === undefined ? body : body.map((item) => pick(item, columns));
  if (query.get('page') === null) return { status: 200, body: items };
  const page = Number(query.get('page'));
  const size = Number(query.get('page_size') ?? 100);
  if (!Number.isInteger(page) || page < 1 || !Number.isInteger(size) || size < 1 || size > 500) return badRequest('page_out_of_range');
  const wanted = nameFilter(query);
  const matching = items.filter((_, index) => wanted(String((body as Document[])[index]?.name ?? '')));
  const shown = matching.slice((page - 1) * size, page * size);
  return {
    status: 200,
    body: {
      total_count: items.length,
      filtered_count: matching.length,
      item_count: shown.length,
      page,
      page_size: size,
      page_count: Math.max(1, Math.ceil(matching.length / size)),
      items: shown,
    },
  };
}

function nameFilter(query: URLSearchParams): (name: string) => boolean {
  const text = query.get('name') ?? '';
  if (query.get('use_regex') !== 'true') return (name) => name.includes(text);
  try {
    const pattern = new RegExp(text);
    return (name) => pattern.test(name);
  } catch {
    return () => false;
  }
}

/** The fields named; `a.b` names one inside another. */
function pick(document: Document, columns: readonly string[]): Document {
  const picked: Record<string, unknown> = {};
  for (const column of columns) {
    const [name = '', ...inner] = column.split('.');
    const value = document[name];
    if (value === undefined) continue;
    picked[name] =
      inner.length === 0 || typeof value !== 'object' || value === null
        ? value
        : { ...(picked[name] as Document | undefined), ...pick(value as Document, [inner.join('.')]) };
  }
  return picked;
}
