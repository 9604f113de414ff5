// The fonts that the screen uses as text that an image carries with it; not the drawing of the image (exportCanvas.ts).
import { NetloomError } from '../../../../shared/graph/errors'

/** `Inter Variable U+0-FF, U+131`: what tells one face of a family from another. */
function nameFace(family: string, range: string): string {
  return `${family.replaceAll(/["']/g, '')} ${range.replaceAll(/\s/g, '').toUpperCase()}`
}

async function readAsDataUrl(address: string): Promise<string> {
  const response = await fetch(address)
  if (!response.ok) throw new NetloomError('file.read', `The font ${address} could not be read.`)
  const bytes = new Uint8Array(await response.arrayBuffer())
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return `data:font/woff2;base64,${btoa(binary)}`
}

function listFaces(): readonly { readonly rule: CSSFontFaceRule; readonly base: string }[] {
  return [...document.styleSheets].flatMap((sheet) =>
    [...sheet.cssRules].flatMap((rule) =>
      rule instanceof CSSFontFaceRule ? [{ rule, base: sheet.href ?? document.baseURI }] : [],
    ),
  )
}

/**
 * Style rules with all fonts that are in use, each with its file inside.
 * @throws NetloomError `file.read` where the file of a font cannot be read
 */
export async function embedFonts(): Promise<string> {
  const loaded = [...document.fonts].filter(({ status }) => status === 'loaded')
  const used = new Set(loaded.map(({ family, unicodeRange }) => nameFace(family, unicodeRange)))
  const rules = listFaces().map(async ({ rule, base }) => {
    const read = (name: string): string => rule.style.getPropertyValue(name)
    const file = /url\(["']?([^"')]+)["']?\)/.exec(read('src'))?.[1]
    if (file === undefined || !used.has(nameFace(read('font-family'), read('unicode-range')))) return ''
    const address = await readAsDataUrl(new URL(file, base).href)
    const others = ['font-family', 'font-style', 'font-weight', 'unicode-range']
    const lines = others.filter((name) => read(name) !== '').map((name) => `${name}: ${read(name)};`)
    return `@font-face { ${lines.join(' ')} src: url(${address}) format('woff2'); }`
  })
  return (await Promise.all(rules)).filter((rule) => rule !== '').join('\n')
}
