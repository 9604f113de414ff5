// What a file is called over HTTP, by its name; the table is the library's.
import mime from 'mime'

/** `text/html; charset=utf-8`; texts of the screen are all UTF-8. */
export function contentTypeOf(name: string): string {
  const type = mime.getType(name) ?? 'application/octet-stream'
  const isText = type.startsWith('text/') || type === 'application/json' || type === 'application/javascript'
  return isText ? `${type}; charset=utf-8` : type
}
