// The form in which a person's yes to folders outside is remembered; who asks is datasetGate.ts.
import { z } from 'zod'

/** Real folders outside of the opened ones that a dataset may reach, by the path that its reference names. */
export const consentsSchema = z.array(z.object({ dataset: z.string(), folder: z.string() }))
