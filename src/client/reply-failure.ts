import { type FailureKind, LabError } from '../errors.ts';

/** What a reply of the broker means: its kind, and what to type next. */
type Meaning = readonly [kind: FailureKind, hint: string];

/** A reply code's usual meaning; `texts` are looked at first, in order. */
interface Translation {
  readonly usual: Meaning;
  readonly texts?: readonly (readonly [pattern: RegExp, ...Meaning])[];
}

const REPORT = 'the same with --debug shows where; please report it with that';
const DOCTOR = 'rmq-lab doctor checks broker and rights';
const GRANT = 'ask for the permission: rabbitmqctl set_permissions -p VHOST USER configure write read';
const TYPES = 'every broker has --type direct, fanout, topic and headers; others are plugins';
const DEFECT: Meaning = ['unexpected', REPORT];
const UNKNOWN: Translation = { usual: ['refused', DOCTOR] };

/** What a broker's reply codes mean to the person at the keyboard. */
const REPLIES: Readonly<Record<number, Translation>> = {
  311: { usual: ['refused', 'send less in one message (--lines sends one for each line)'] },
  320: { usual: ['unreachable', 'an operator or a shutdown closed the connection; rmq-lab status shows when the broker is back'] },
  403: {
    usual: ['access-refused', GRANT],
    texts: [
      [/Login was refused/, 'access-refused', 'check user and password in --url; the user guest may log in from loopback only'],
      [/queue name .* reserved prefix/, 'refused', 'names that begin with amq. are the broker’s: rmq-lab declare-queue my.NAME'],
      [/reserved prefix/, 'refused', 'names that begin with amq. are the broker’s: rmq-lab declare-exchange my.NAME --type direct'],
      [/exclusive use/, 'refused', 'another consumer has the queue to itself: stop it first, or look on: rmq-lab peek QUEUE'],
      [
        /default exchange/,
        'refused',
        'every queue is bound to it by its own name, always; for other bindings: rmq-lab declare-exchange NAME --type direct',
      ],
      [/system exchange/, 'refused', 'exchanges that begin with amq. stay; to take bindings off: rmq-lab unbind EXCHANGE QUEUE KEY'],
      [/internal exchange/, 'refused', 'it takes messages from exchanges only: rmq-lab bind SOURCE EXCHANGE KEY --to-exchange'],
    ],
  },
  404: {
    usual: ['refused', 'name it: rmq-lab declare-queue NAME'],
    texts: [
      [/no queue '(.+)' in/, 'refused', 'check the name, or declare it: rmq-lab declare-queue NAME'],
      [/no exchange '(amq\.)?default' in/, 'refused', "the default exchange is named '': rmq-lab publish '' QUEUE BODY"],
      [/no exchange '(.+)' in/, 'refused', 'check the name, or declare it: rmq-lab declare-exchange NAME --type direct'],
    ],
  },
  405: {
    usual: [
      'refused',
      'an exclusive queue belongs to the connection that declared it: use it there, or declare another without --exclusive',
    ],
  },
  406: {
    usual: ['refused', DOCTOR],
    texts: [
      [/inequivalent arg/, 'refused', 'declare it as it is, or first rmq-lab delete-queue NAME: a declare never changes what exists'],
      [/not empty/, 'refused', 'purge it first (rmq-lab purge QUEUE), or delete it without --if-empty'],
      [/in use/, 'refused', 'stop its consumers or remove its bindings first, or delete it without --if-unused'],
      [/unknown delivery tag|not transactional|cannot switch from/, ...DEFECT],
      [/user_id property/, 'refused', 'leave out --user-id, or give the user that you log in as'],
      [/larger than configured max size/, 'refused', 'send less in one message, or raise max_message_size in rabbitmq.conf'],
      [/consumer prefetch count is not set/, 'refused', 'streams need a prefetch: --prefetch 100'],
      [
        /delivery acknowledgement on channel .* timed out/,
        'unreachable',
        'a message was held longer than consumer_timeout allows: hold fewer with --prefetch 1',
      ],
      [/invalid arg 'x-stream-offset'/, 'refused', 'give --offset first, last, next, a number, a date or an interval such as 1h'],
      [/invalid (arg|property|type) .* (queue|exchange) '/, 'refused', 'rmq-lab declare-queue --help shows what an argument may be'],
      [/(unknown|invalid) exchange type/, 'refused', TYPES],
      [/x-match/, 'refused', 'give --match all, any, all-with-x or any-with-x'],
      [/invalid expiration/, 'refused', 'a time to live such as --expiration 5s'],
      [/unacceptable_type_in_header/, 'refused', 'CC and BCC are lists: -H \'CC:json=["key"]\''],
      [/delivery_mode_unknown/, 'refused', 'give --persistent or --transient'],
      [/reply consumer/, 'refused', 'name a queue of your own for the answers: --reply-to QUEUE'],
    ],
  },
  501: {
    usual: ['unreachable', 'what answers at --url may not be an AMQP 0-9-1 broker, or something between changes the bytes'],
  },
  502: { usual: DEFECT },
  503: { usual: DEFECT, texts: [[/exchange type/, 'refused', TYPES]] },
  504: { usual: DEFECT },
  505: { usual: DEFECT },
  530: {
    usual: ['refused', DOCTOR],
    texts: [
      [/limit .* is reached/, 'refused', 'close connections, or raise the limit: rabbitmqctl set_vhost_limits -p VHOST LIMITS'],
      [/vhost .* not found/, 'access-refused', 'create it (rabbitmqctl add_vhost NAME), or name another with --vhost'],
      [/access to vhost .* refused/, 'access-refused', 'ask for permission: rabbitmqctl set_permissions -p VHOST USER ".*" ".*" ".*"'],
      [/reuse consumer tag/, ...DEFECT],
    ],
  },
  540: {
    usual: ['refused', 'this kind of queue cannot do that; one of --type classic can'],
    texts: [
      [
        /automatic acknowledgement not supported/,
        'refused',
        'leave out --ack-mode none: a stream needs acks, and keeps its messages all the same',
      ],
      [/basic\.get not supported/, 'refused', 'a stream is read with rmq-lab consume QUEUE --offset first'],
      [/=(true|false)|prefetch_size/, ...DEFECT],
    ],
  },
  541: {
    usual: ['refused', 'the broker failed inside; its log says why: rabbitmq-diagnostics log_tail'],
    texts: [
      [/transient_nonexcl_queues/, 'refused', 'declare it durable (leave out --transient), or exclusive'],
      [/is deprecated/, 'refused', 'do without it, or permit it in rabbitmq.conf: deprecated_features.permit.NAME = true'],
      [/vhost .* is down/, 'unreachable', 'the vhost is not running: rabbitmqctl restart_vhost -p VHOST'],
    ],
  },
};

/** A reply of the broker as a LabError. */
export function replyFailure(replyCode: number, text: string, cause?: unknown): LabError {
  const { usual, texts = [] } = REPLIES[replyCode] ?? UNKNOWN;
  const [pattern, kind, advice] = texts.find(([candidate]) => candidate.test(text)) ?? [undefined, ...usual];
  // the name that the broker gave, as it may be pasted
  const name = pattern?.exec(text)?.[1];
  const hint = name === undefined ? advice : advice.replace('NAME', /^[\w.:@-]+$/.test(name) ? name : 'NAME');
  return new LabError(kind, `${replyCode} ${text === '' ? 'the broker gave no reason' : text}`, {
    replyCode,
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
