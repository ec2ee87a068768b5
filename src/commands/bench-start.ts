import { UsageError } from '../errors.ts';

/** Milliseconds of a day. */
const DAY = 86_400_000;

/**
 * When several machines are to begin, in milliseconds since 1970: `2026-11-24T12:00:30Z`, or a time of day of this machine, `12:00:30`,
 * which is the next one. `now` is in milliseconds, too. Throws UsageError, for a time that has gone by as well.
 */
export function parseStartAt(text: string, now: number): number {
  const hint = 'write 12:00:30 or 2026-11-24T12:00:30Z: a time that is still to come, within a day';
  const daytime = /^(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text);
  let at: number;
  if (daytime !== null) {
    const [hours = 0, minutes = 0, seconds = 0] = daytime.slice(1).map((part) => Number(part ?? 0));
    if (hours > 23 || minutes > 59 || seconds > 59) throw new UsageError(`--start-at: '${text}' is no time`, { hint });
    const day = new Date(now);
    at = day.setHours(hours, minutes, seconds, 0);
    if (at <= now) at = new Date(at).setDate(new Date(at).getDate() + 1);
  } else {
    at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  }
  if (Number.isNaN(at)) throw new UsageError(`--start-at: '${text}' is no time`, { hint });
  if (at <= now) throw new UsageError(`--start-at: ${text} has gone by`, { hint });
  // a day with a change of the clock has up to 25 hours
  if (at - now > DAY * 1.05) throw new UsageError(`--start-at: ${text} is more than a day away`, { hint });
  return at;
}
