// The way into the block that is shown, with a step back to each block around it.
import { ActionIcon, Tooltip } from '@mantine/core'
import { IconArrowLeft, IconChevronRight } from '@tabler/icons-react'
import { Fragment } from 'react'
import { useDocument } from '../../../session/document/documentStore'
import { useInside } from '../../../session/blocks/insideStore'
import { goOut } from '../../../session/view/openBlock'

/** Network › stage2 › block1, each a button but the last. */
export function Breadcrumb() {
  const { name } = useDocument()
  const path = useInside((state) => state.path)
  const names = [name, ...path.map((id, index) => id.slice(index === 0 ? 0 : (path[index - 1]?.length ?? -1) + 1))]
  return (
    <nav className="nl-breadcrumb" aria-label="Way into the block">
      <Tooltip label="Back out (Esc)">
        <ActionIcon aria-label="Back out of the block" onClick={() => goOut(path.length - 1)}>
          <IconArrowLeft size={16} />
        </ActionIcon>
      </Tooltip>
      <ol>
        {names.map((part, depth) => (
          <Fragment key={depth}>
            {depth > 0 && <IconChevronRight size={12} aria-hidden />}
            <li>
              {depth < path.length ? (
                <button type="button" className="nl-breadcrumb-part" onClick={() => goOut(depth)}>
                  {part}
                </button>
              ) : (
                <span className="nl-breadcrumb-part" aria-current="location">
                  {part}
                </span>
              )}
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  )
}
