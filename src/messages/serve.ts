import type { Broker } from '../client/broker.ts';
import type { Delivery, Message, Properties } from '../client/message.ts';
import { ERROR_HEADER } from './call.ts';
import { type ConsumeReport, consume } from './consume.ts';
import type { ConsumeRequest } from './consume-request.ts';
import { createExecSink, type ExecOptions } from './exec-sink.ts';
import type { PumpContext } from './pump.ts';
import { createReplier } from './replier.ts';
import type { Sink } from './sink.ts';

/** How requests are answered. */
export interface ServeOptions extends Omit<ExecOptions, 'answer'> {
  /** A command that failed is answered too, with an error; its request is done with. */
  readonly replyError: boolean;
  /** Properties of each reply, beside the correlation id. */
  readonly properties: Properties;
  /** Told of each reply that the broker has taken. */
  readonly onReply: (reply: Message, request: Delivery) => void;
  /** A line about what somebody should know of. */
  readonly warn: (line: string) => void;
}

/** What became of requests. */
export interface ServeTally {
  /** Replies that the broker has taken, error replies included. */
  answered: number;
  /** Error replies. */
  errors: number;
  /** Worked on, and nobody to answer to. */
  unanswered: number;
  /** Commands that failed, and replies that the broker did not take. */
  failed: number;
}

/**
 * Answers requests by a command: its stdout is the reply. A request is acknowledged when the broker has confirmed its reply, so that a crash
 * lets it be worked on once more, and never leaves it unanswered. Replies are not mandatory: on 3.10 and 4.0 a mandatory one to a direct
 * reply-to comes back although it was delivered, and a caller that has gone is no affair of the server.
 */
export async function serve(
  request: ConsumeRequest,
  options: ServeOptions,
  context: PumpContext,
): Promise<{ readonly report: ConsumeReport; readonly tally: ServeTally }> {
  const tally: ServeTally = { answered: 0, errors: 0, unanswered: 0, failed: 0 };
  const report = await consume(request, (broker) => createServeSink(broker, options, tally), context);
  return { report, tally };
}

function createServeSink(broker: Broker, options: ServeOptions, tally: ServeTally): Sink {
  const replier = createReplier(broker);
  const { replyError, properties, onReply, warn } = options;
  const answer = async (request: Delivery, stdout: Buffer, failure: string | undefined): Promise<string | undefined> => {
    const { replyTo, correlationId } = request.properties;
    if (replyTo === undefined) {
      if (failure !== undefined) return failed(failure);
      tally.unanswered++;
      warn(`a request with routing key '${request.routingKey}' has no reply-to: its reply (${stdout.length} bytes) goes nowhere`);
      return undefined;
    }
    if (failure !== undefined && !replyError) return failed(failure);
    const headers = failure === undefined ? properties.headers : { ...properties.headers, [ERROR_HEADER]: failure };
    const reply: Message = {
      exchange: '',
      routingKey: replyTo,
      properties: {
        deliveryMode: 2,
        ...properties,
        ...(headers === undefined ? {} : { headers }),
        ...(correlationId === undefined ? {} : { correlationId }),
      },
      body: stdout,
    };
    const refusal = await replier.send(reply);
    if (refusal !== undefined) return failed(`its reply was refused: ${refusal}`);
    tally.answered++;
    if (failure !== undefined) {
      tally.errors++;
      warn(`the command failed (${failure}) on a request with routing key '${request.routingKey}': answered with an error`);
    }
    onReply(reply, request);
    return undefined;
  };
  const failed = (why: string) => {
    tally.failed++;
    return why;
  };
  return { ...createExecSink({ ...options, answer }), ended: replier.ended };
}
