// How a page and the host of `netloom serve` show each other that they know the key, without sending it.
// Whoever takes the host's port while it is away learns nothing from pages that come back.
import { z } from 'zod'

/** The path at which a page asks the host to show that it knows the key. */
export const helloPath = '/hello'

/** A number that is used once: 22 to 64 letters, digits and signs. */
export const nonceSchema = z.string().regex(/^[\w-]{22,64}$/)

/** What the host answers: its own number, and its proof for both. */
export const helloSchema = z.object({ nonce: nonceSchema, proof: z.string() })

/** What the host authenticates; the port keeps another host from answering for this one. */
export function hostProofText(port: number, pageNonce: string, hostNonce: string): string {
  return `netloom host ${port} ${pageNonce} ${hostNonce}`
}

/** What the page authenticates in its turn. */
export function pageProofText(port: number, pageNonce: string, hostNonce: string): string {
  return `netloom page ${port} ${pageNonce} ${hostNonce}`
}
