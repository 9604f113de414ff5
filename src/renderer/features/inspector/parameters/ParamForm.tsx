// The form of the parameters that the selected layers share; each change is one edit of all of them.
import { definitionsIn } from '../../../session/blocks/definitions'
import { documentStore, useDocument } from '../../../session/document/documentStore'
import type { NetworkNode, ParameterValues } from '../../../../shared/graph/document'
import { buildParamEdit, changeParam, checkParam, findCommonFields, mixed, readValue } from './paramEdits'
import { ParamField } from './ParamField'

interface ParamFormProps {
  readonly nodes: readonly NetworkNode[]
  /** Takes the changed parameters of a single node that is no node of the document; left out: the document is edited. */
  readonly onParams?: (params: ParameterValues, label: string, merge: string) => void
}

/** Fields of the common parameters; nothing where there are none. */
export function ParamForm({ nodes, onParams }: ParamFormProps) {
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
        who={nodes.map(({ id }) => id).join(' ')}
        value={value}
        error={value === mixed ? undefined : checkParam(first, spec.key, stored, find)}
        emptyError={() => checkParam(first, spec.key, undefined, find)}
        onChange={(next) => {
          const label = `Change ${spec.title.toLowerCase()} of ${who}`
          const merge = `param ${spec.key} ${nodes.map(({ id }) => id).join(' ')}`
          if (onParams && first) onParams(changeParam(first, spec.key, next), label, merge)
          else documentStore.getState().apply(buildParamEdit(nodes, spec.key, next), label, { merge })
        }}
      />
    )
  })
}
