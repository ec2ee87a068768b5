/**
 * The languages to look for, best first, from `--lang`, else from `LC_ALL`, `LC_MESSAGES` or `LANG`; English comes last.
 * `pt_BR.UTF-8` asks for `pt-BR`, then `pt`.
 */
export function preferredLanguages(asked: string | undefined, env: Readonly<Record<string, string | undefined>>): string[] {
  const named = asked ?? [env.LC_ALL, env.LC_MESSAGES, env.LANG].find((value) => value !== undefined && value !== '') ?? 'en';
  const tag = (named.split(/[.@]/)[0] as string).replace('_', '-');
  const languages = tag === 'C' || tag === 'POSIX' ? [] : [tag, tag.split('-')[0] as string];
  return [...new Set([...languages, 'en'])];
}
