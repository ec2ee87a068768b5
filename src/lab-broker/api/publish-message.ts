import { parseExpiration } from '../arguments/expiration.ts';
import { encodeAddress, Message } from '../entities/message.ts';
import { BrokerFault } from '../faults.ts';
import { arrangeHeaders, withoutBlindCopies } from '../message-headers.ts';
import { encodeContentHeader } from '../wire/properties.ts';
import { type Answer, badRequest, missingKeys, Refused } from './answer.ts';
import { exchangeName } from './exchange-view.ts';
import { propertiesOf } from './message-properties.ts';
import { type ApiRequest, actorOf } from './request.ts';
import { type Document, isDocument, textIn } from './values.ts';

/** The class number of basic, which a content header repeats. */
const BASIC = 60;

/** Octets. */
const LONGEST_KEY = 255;

/** Publishes a message; answers whether it went to a queue. */
export function publishMessage(request: ApiRequest): Answer {
  const missing = missingKeys(request.body, ['routing_key', 'properties', 'payload', 'payload_encoding']);
  if (missing !== undefined) return missing;
  try {
    return publish(request);
  } catch (error) {
    if (!(error instanceof BrokerFault)) throw error;
    return badRequest(`${error.code} ${error.message}`);
  }
}

function publish(request: ApiRequest): Answer {
  const { vhost, connection } = actorOf(request);
  const name = exchangeName(request.params.exchange);
  const exchange = vhost.topology.exchanges.get(name);
  if (exchange === undefined) return { status: 404, body: { error: 'not_found', reason: 'exchange_not_found' } };
  const message = messageOf(request, name);
  // on AMQP the publisher would have to wait
  if (request.realm.blocked) return badRequest('the broker has as many messages as its memory limit allows');
  connection.rights.require('write', 'exchange', name);
  if (exchange.internal) throw new BrokerFault('internal-exchange', { exchange: name, vhost: vhost.name });
  if (exchange.type === 'topic') connection.rights.requireTopic('write', name, message.routingKey);
  const queues = vhost.topology.route(exchange, message);
  const { number, routingKey } = message;
  if (queues.length === 0 && vhost.watched)
    vhost.tell({ type: 'unroutable', vhost: vhost.name, message: number, exchange: name, routingKey, returned: true });
  const taken = vhost.deliver(message.copies === undefined ? message : withoutBlindCopies(message), queues);
  if (!taken) return badRequest('rejected Unable to publish message. Check queue limits.');
  return { status: 200, body: { routed: queues.length > 0 } };
}

function messageOf({ body, user, host }: ApiRequest, exchange: string): Message {
  const routingKey = textIn(body, 'routing_key');
  if (Buffer.byteLength(routingKey) > LONGEST_KEY) throw new Refused(badRequest(`routing_key is longer than ${LONGEST_KEY} bytes`));
  if (!isDocument(body.properties)) throw new Refused(badRequest('properties must be an object'));
  const properties = propertiesOf(body.properties);
  const payload = payloadOf(body);
  if (payload.length > host.maxMessageSize)
    throw new BrokerFault('message-too-large', { size: payload.length, limit: host.maxMessageSize });
  const { userId } = properties;
  if (userId !== undefined && userId !== user.name && !user.tags.includes('impersonator')) {
    throw new BrokerFault('user-id', { userId, user: user.name });
  }
  const address = encodeAddress(exchange, routingKey);
  const header = encodeContentHeader(BASIC, payload.length, properties);
  return arrangeHeaders(
    new Message({
      number: host.realm.nextMessage(),
      content: Buffer.concat([address, header, payload]),
      addressSize: address.length,
      headerSize: header.length,
      exchange,
      routingKey,
      persistent: properties.deliveryMode === 2,
      priority: properties.priority ?? -1,
      expiration: properties.expiration === undefined ? -1 : parseExpiration(properties.expiration),
    }),
  );
}

function payloadOf({ payload, payload_encoding: encoding }: Document): Buffer {
  if (typeof payload !== 'string') throw new Refused(badRequest('payload_not_string'));
  if (encoding === 'string') return Buffer.from(payload);
  if (encoding !== 'base64') throw new Refused(badRequest(['unsupported_encoding', encoding]));
  if (!/^[\w+/\s-]*={0,2}\s*$/.test(payload)) throw new Refused(badRequest(['not_base64', payload]));
  return Buffer.from(payload, 'base64');
}
