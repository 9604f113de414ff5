// Copy, cut and paste of layers by the browser's own clipboard events, which need no permission.
import { useEffect } from 'react'
import { isInside } from '../../../session/blocks/insideStore'
import { isTyping } from '../../../kernel/commands/commands'
import { copySelection, deleteSelection, pasteText } from '../edits/canvasEdits'
import { rememberCopied } from './canvasCommands'
import { isClipboardText } from '../edits/clipboard'

function isElsewhere(event: ClipboardEvent): boolean {
  if (isInside() || isTyping(event.target) || document.querySelector('[aria-modal="true"]')) return true
  // Words that are selected on the page are copied as words.
  return event.type !== 'paste' && (getSelection()?.toString() ?? '') !== ''
}

function onCopy(event: ClipboardEvent): void {
  const text = isElsewhere(event) ? undefined : copySelection()
  if (text === undefined || !event.clipboardData) return
  event.clipboardData.setData('text/plain', text)
  event.preventDefault()
  rememberCopied(text)
  if (event.type === 'cut') deleteSelection('Cut')
}

/** Follows the clipboard while the design screen is shown. @param onError shows why a text could not be pasted */
export function useClipboardEvents(onError: (error: unknown) => void): void {
  useEffect(() => {
    const onPaste = (event: ClipboardEvent): void => {
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (isElsewhere(event) || !isClipboardText(text)) return
      event.preventDefault()
      try {
        pasteText(text)
      } catch (error) {
        onError(error)
      }
    }
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [onError])
}
