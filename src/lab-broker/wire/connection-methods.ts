import type { MethodRow } from './method-row.ts';

/** The methods of the classes connection, channel and access: the frame in which all else happens. */
export const CONNECTION_METHODS = [
  {
    name: 'connection.start',
    classId: 10,
    methodId: 10,
    args: [
      ['versionMajor', 'octet'],
      ['versionMinor', 'octet'],
      ['serverProperties', 'table'],
      ['mechanisms', 'longstr'],
      ['locales', 'longstr'],
    ],
  },
  {
    name: 'connection.start-ok',
    classId: 10,
    methodId: 11,
    args: [
      ['clientProperties', 'table'],
      ['mechanism', 'shortstr'],
      ['response', 'longstr'],
      ['locale', 'shortstr'],
    ],
  },
  { name: 'connection.secure', classId: 10, methodId: 20, args: [['challenge', 'longstr']] },
  { name: 'connection.secure-ok', classId: 10, methodId: 21, args: [['response', 'longstr']] },
  {
    name: 'connection.tune',
    classId: 10,
    methodId: 30,
    args: [
      ['channelMax', 'short'],
      ['frameMax', 'long'],
      ['heartbeat', 'short'],
    ],
  },
  {
    name: 'connection.tune-ok',
    classId: 10,
    methodId: 31,
    args: [
      ['channelMax', 'short'],
      ['frameMax', 'long'],
      ['heartbeat', 'short'],
    ],
  },
  {
    name: 'connection.open',
    classId: 10,
    methodId: 40,
    args: [
      ['virtualHost', 'shortstr'],
      ['reserved1', 'shortstr'],
      ['reserved2', 'bit'],
    ],
  },
  { name: 'connection.open-ok', classId: 10, methodId: 41, args: [['reserved1', 'shortstr']] },
  {
    name: 'connection.close',
    classId: 10,
    methodId: 50,
    args: [
      ['replyCode', 'short'],
      ['replyText', 'shortstr'],
      ['classId', 'short'],
      ['methodId', 'short'],
    ],
  },
  { name: 'connection.close-ok', classId: 10, methodId: 51, args: [] },
  { name: 'connection.blocked', classId: 10, methodId: 60, args: [['reason', 'shortstr']] },
  { name: 'connection.unblocked', classId: 10, methodId: 61, args: [] },
  {
    name: 'connection.update-secret',
    classId: 10,
    methodId: 70,
    args: [
      ['newSecret', 'longstr'],
      ['reason', 'shortstr'],
    ],
  },
  { name: 'connection.update-secret-ok', classId: 10, methodId: 71, args: [] },
  { name: 'channel.open', classId: 20, methodId: 10, args: [['reserved1', 'shortstr']] },
  { name: 'channel.open-ok', classId: 20, methodId: 11, args: [['reserved1', 'longstr']] },
  { name: 'channel.flow', classId: 20, methodId: 20, args: [['active', 'bit']] },
  { name: 'channel.flow-ok', classId: 20, methodId: 21, args: [['active', 'bit']] },
  {
    name: 'channel.close',
    classId: 20,
    methodId: 40,
    args: [
      ['replyCode', 'short'],
      ['replyText', 'shortstr'],
      ['classId', 'short'],
      ['methodId', 'short'],
    ],
  },
  { name: 'channel.close-ok', classId: 20, methodId: 41, args: [] },
  {
    name: 'access.request',
    classId: 30,
    methodId: 10,
    args: [
      ['realm', 'shortstr'],
      ['exclusive', 'bit'],
      ['passive', 'bit'],
      ['active', 'bit'],
      ['write', 'bit'],
      ['read', 'bit'],
    ],
  },
  { name: 'access.request-ok', classId: 30, methodId: 11, args: [['ticket', 'short']] },
] as const satisfies readonly MethodRow[];
