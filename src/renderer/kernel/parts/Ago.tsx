// How long ago something was, as text that is right when it appears.
import { useState } from 'react'
import { printAgo } from '../print/printCounts'

/** `2 hours ago`. */
export function Ago({ sinceMs }: { readonly sinceMs: number }) {
  const [nowMs] = useState(() => Date.now())
  return <time dateTime={new Date(sinceMs).toISOString()}>{printAgo(sinceMs, nowMs)}</time>
}
