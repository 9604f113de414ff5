// The start page: three ways to begin, new, open, recent files, lost work, the tour and the gallery.
import { Kbd, UnstyledButton } from '@mantine/core'
import { IconFilePlus, IconFolderOpen, IconSchool, type Icon } from '@tabler/icons-react'
import { ComparisonList } from '../../features/lectures/comparisons/ComparisonList'
import { useCommand } from '../../kernel/commands/commands'
import { useUiStore, type TourStep } from '../../kernel/ui/uiStore'
import { Gallery } from '../../features/lectures/gallery/Gallery'
import { FirstSteps } from './FirstSteps'
import { LostWork } from './LostWork'
import { RunningNow } from './RunningNow'
import { RecentFiles } from './RecentFiles'
import { openExample, TourChecklist } from '../bars/TourChecklist'
import classes from './Welcome.module.css'

function Action(props: {
  readonly icon: Icon
  readonly title: string
  readonly shortcut?: string
  /** The step of the tour that is taken with it. */
  readonly step?: TourStep
  readonly onClick: () => void
}) {
  const ActionIcon = props.icon
  return (
    <UnstyledButton className={classes.action} data-tour={props.step} onClick={props.onClick}>
      <ActionIcon size={18} stroke={1.5} aria-hidden />
      <span>{props.title}</span>
      {props.shortcut !== undefined && <Kbd>{props.shortcut}</Kbd>}
    </UnstyledButton>
  )
}

/** The start page. */
export function Welcome() {
  const create = useCommand('file.new')
  const open = useCommand('file.open')
  const isTourDismissed = useUiStore((state) => state.isTourDismissed)
  return (
    <div className={classes.page}>
      <div className={classes.content}>
        <header className={classes.intro}>
          <h1>Netloom</h1>
          <p>Draw a convolutional network, train it on your own images on this machine, exchange it as ONNX.</p>
        </header>
        <LostWork />
        <FirstSteps />
        <div className={classes.columns}>
          <div className={classes.start}>
            <section aria-label="Start">
              <Action icon={IconFilePlus} title="New network" shortcut={create.shortcut} onClick={create.run} />
              <Action icon={IconFolderOpen} title="Open..." shortcut={open.shortcut} onClick={open.run} />
              <Action icon={IconSchool} title="Open the example, LeNet-5" step="opened" onClick={openExample} />
            </section>
            <RunningNow />
            <RecentFiles />
            <ComparisonList />
            {!isTourDismissed && (
              <div className={classes.tour}>
                <TourChecklist />
              </div>
            )}
          </div>
          <Gallery />
        </div>
      </div>
    </div>
  )
}
