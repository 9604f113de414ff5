// The form of the parameters that the selected layers share; each change is one edit of all of them.
import { definitionsIn } from '../blocks/definitions'
import { documentStore, useDocument } from '../state/documentStore'
import type { NetworkNode } from '../../shared/graph/document'
import { buildParamEdit, checkParam, findCommonFields, mixed, readValue } from './paramEdits'
import { ParamField } from './ParamField'

/** Fields of the common parameters; nothing where there are none. */
export function ParamForm({ nodes }: { readonly nodes: readonly NetworkNode[] }) {
  const [first] = nodes
  const who = nodes.length === 1 ? (first?.id ?? '') : `${nodes.length} layers`
  const find = definitionsIn(useDocument())
  return findCommonFields(nodes, find).map((spec) => {
    const value = readValue(nodes, spec)
    const stored = first && Object.hasOwn(first.params, spec.key) ? first.params[spec.key] : undefined
    return (
      <ParamField
        key={spec.key}
        spec={spec}
        value={value}
        error={value === mixed ? undefined : checkParam(first, spec.key, stored, find)}
        emptyError={() => checkParam(first, spec.key, undefined, find)}
        onChange={(next) =>
          documentStore
            .getState()
            .apply(buildParamEdit(nodes, spec.key, next), `Change ${spec.title.toLowerCase()} of ${who}`, {
              merge: `param ${spec.key} ${nodes.map(({ id }) => id).join(' ')}`,
            })
        }
      />
    )
  })
}
