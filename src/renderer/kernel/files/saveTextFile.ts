// Handing a text to the person as a file, by the browser's own download.

/** Saves `text` under a suggested name; the browser or the desktop program asks where. */
export function saveTextFile(name: string, text: string, type: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name.replaceAll(/[\\/:*?"<>|]/g, '-')
  link.click()
  // The download has begun by then; a URL that is kept would hold the text.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
