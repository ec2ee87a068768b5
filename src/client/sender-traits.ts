import type { FieldValue, Message } from './message.ts';

/** Properties without the user id and the CC and BCC headers, save what is to be kept. */
export function withoutSenderTraits(
  properties: Message['properties'],
  keep: { readonly cc: boolean; readonly userId: boolean },
): Message['properties'] {
  const { userId, headers, ...rest } = properties;
  const kept: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(headers ?? {})) if (keep.cc || (name !== 'CC' && name !== 'BCC')) kept[name] = value;
  return {
    ...rest,
    ...(Object.keys(kept).length === 0 ? {} : { headers: kept }),
    ...(keep.userId && userId !== undefined ? { userId } : {}),
  };
}
