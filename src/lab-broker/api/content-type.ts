const TOKEN = "[\\w!#$%&'*+.^`|~-]+";
const CONTENT_TYPE = new RegExp(`^\\s*(${TOKEN}/${TOKEN})\\s*(?:;\\s*${TOKEN}=|;?\\s*$)`);

/**
 * Whether a document that is said to be of this type is read. RabbitMQ reads whatever it is called, or not called anything, as JSON,
 * unless it is no type at all; only definitions must be said to be JSON. (It takes them from a form, too, which its web pages send.)
 */
export function isRead(contentType: string | undefined, onlyJson: boolean): boolean {
  if (contentType === undefined) return !onlyJson;
  const [, type] = CONTENT_TYPE.exec(contentType) ?? [];
  return type !== undefined && (!onlyJson || type.toLowerCase() === 'application/json');
}
