import type { ExchangeType } from './exchange-types.ts';
import { explainHeaders } from './explain-headers.ts';
import { explainTopic } from './explain-topic.ts';
import { topicWords } from './match-topic.ts';
import type { Headers } from './typed-value.ts';
import { almostTheSame, inBackticks } from './wording.ts';

/** Whether a binding takes a message, and why or why not, in words for people. */
export interface Explanation {
  readonly matched: boolean;
  /** One line without a full stop and without control characters: it may stand after a colon. Long values are cut short. */
  readonly reason: string;
}

/** Explains what one binding makes of a message, by the rules by which the routers route. */
export function explainBinding(
  type: ExchangeType,
  routingKey: string,
  bindingArguments: Headers,
  message: { readonly routingKey: string; readonly headers: Headers },
): Explanation {
  switch (type) {
    case 'direct':
      return explainDirect(routingKey, message.routingKey);
    case 'fanout':
      return { matched: true, reason: 'a fanout exchange takes every message, whatever its key and headers' };
    case 'topic':
      return explainTopic(routingKey, message.routingKey);
    case 'headers':
      return explainHeaders(routingKey, bindingArguments, message.headers);
  }
}

function explainDirect(wanted: string, key: string): Explanation {
  const is = key === '' ? 'the key is empty' : `the key is ${inBackticks(key)}`;
  if (wanted === key) return { matched: true, reason: `${is}, exactly as the binding wants it` };
  const wildcards = topicWords(wanted).some((word) => word === '*' || word === '#');
  const note = wildcards ? ': in a direct exchange `*` and `#` are letters like any other' : almostTheSame(wanted, key);
  return { matched: false, reason: `${is}, the binding wants ${wanted === '' ? 'an empty one' : inBackticks(wanted)}${note}` };
}
