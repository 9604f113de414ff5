// The canvas as an image file, whole and at natural size; the library that draws it is loaded when it is needed.
import { NetloomError } from '../../../../shared/graph/errors'
import { documentStore } from '../../../session/document/documentStore'
import { boundsOf } from '../../../session/view/canvasFlow'
import { canvasElementId } from '../../../session/view/canvasFocus'
import { canvasStore } from '../../../session/view/canvasStore'
import { embedFonts } from './embedFonts'

/** Free space around the network, in canvas units. */
const margin = 32
/** Chromium draws no canvas with a longer side. */
const longestSide = 16_000

/** What the look of nodes and pills is made of; all properties of all elements would be tens of megabytes. */
const drawnProperties = `
  align-items background-color background-image border-top border-right border-bottom border-left
  border-radius box-shadow box-sizing color content display flex flex-direction fill font-family
  font-feature-settings font-size font-weight gap height inset justify-content left line-height margin
  max-width min-width opacity overflow overflow-wrap padding position right bottom stroke stroke-width text-overflow top
  transform transform-origin visibility white-space width z-index
`
  .trim()
  .split(/\s+/)

/** Waits until what was set is drawn. */
async function nextFrames(): Promise<void> {
  for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve))
}

/** Writes the look of the wires beside them: the library leaves out style sheets inside of drawings. @returns undoes it */
function pinWireStyles(viewport: HTMLElement): () => void {
  const paths = viewport.querySelectorAll<SVGPathElement>('.react-flow__edge-path')
  const styles = new Map<SVGPathElement, string | null>()
  for (const path of paths) {
    styles.set(path, path.getAttribute('style'))
    const { stroke, strokeWidth, strokeDasharray } = getComputedStyle(path)
    Object.assign(path.style, { stroke, strokeWidth, strokeDasharray })
  }
  return () => {
    for (const [path, style] of styles) {
      if (style === null) path.removeAttribute('style')
      else path.setAttribute('style', style)
    }
  }
}

/** Saves the whole network as an image, in the present theme. @throws NetloomError `file.write` where it cannot be drawn */
export async function downloadCanvas(kind: 'png' | 'svg'): Promise<void> {
  const bounds = boundsOf()
  const viewport = document.querySelector<HTMLElement>(`#${canvasElementId} .react-flow__viewport`)
  if (!bounds || !viewport) return
  const width = Math.ceil(bounds.width + 2 * margin)
  const height = Math.ceil(bounds.height + 2 * margin)
  const backgroundColor = getComputedStyle(document.documentElement).getPropertyValue('--nl-canvas').trim()
  canvasStore.setState({ drawsAll: true })
  let unpin = (): void => {}
  try {
    await nextFrames()
    unpin = pinWireStyles(viewport)
    const { toPng, toSvg } = await import('html-to-image')
    const options = {
      width,
      height,
      backgroundColor,
      fontEmbedCSS: await embedFonts(),
      includeStyleProperties: drawnProperties,
      pixelRatio: Math.min(2, longestSide / Math.max(width, height)),
      style: { transform: `translate(${margin - bounds.x}px, ${margin - bounds.y}px) scale(1)` },
    }
    const address = kind === 'png' ? await toPng(viewport, options) : await toSvg(viewport, options)
    download(address, `${documentStore.getState().document.name || 'network'}.${kind}`)
  } catch (error) {
    if (error instanceof NetloomError) throw error
    throw new NetloomError('file.write', 'The image of the network could not be drawn.', { cause: error })
  } finally {
    unpin()
    canvasStore.setState({ drawsAll: false })
  }
}

function download(address: string, name: string): void {
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
}
