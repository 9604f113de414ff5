// How long ago something was, as text that is right when it appears.
import { printAgo } from '../../../shared/graph/printNumbers'
import { useState } from 'react'

/** `2 hours ago`. */
export function Ago({ sinceMs }: { readonly sinceMs: number }) {
  const [nowMs] = useState(() => Date.now())
  return <time dateTime={new Date(sinceMs).toISOString()}>{printAgo(sinceMs, nowMs)}</time>
}
