// What stands in place of a part of the screen that failed, with the ways out; failures of calls are shown where they were made.
import { Button, Group, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { Component, type ReactNode } from 'react'
import { messageOf } from '../kernel/core/client'
import { documentStore } from '../session/document/documentStore'
import classes from './App.module.css'
import { saveDocumentAs } from '../session/document/documentFlows'
import { showFailure } from '../kernel/failures/showFailure'

interface Props {
  /** What failed, as its heading names it. */
  readonly where: string
  readonly children: ReactNode
}

interface State {
  readonly error: unknown
  readonly hasFailed: boolean
}

/** Keeps a failure of its children to itself: the work is still there and can be saved. */
export class ErrorBoundary extends Component<Props, State> {
  override state: State = { error: undefined, hasFailed: false }

  static getDerivedStateFromError(error: unknown): State {
    return { error, hasFailed: true }
  }

  private readonly retry = (): void => this.setState({ error: undefined, hasFailed: false })

  private readonly undo = (): void => {
    documentStore.getState().undo()
    this.retry()
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children
    const { undoLabel } = documentStore.getState()
    return (
      <div className={classes.failure} role="alert">
        <Group gap="sm">
          <IconAlertTriangle size={20} color="var(--nl-error)" aria-hidden />
          <Title order={2} size="lg">
            {this.props.where} failed
          </Title>
        </Group>
        <Text>This is a defect of Netloom, not of your work: the network is still here and can be saved.</Text>
        <pre>{messageOf(this.state.error)}</pre>
        <Group gap="sm">
          <Button onClick={this.retry}>Show it again</Button>
          {undoLabel !== null && (
            <Button variant="default" onClick={this.undo}>
              Undo {undoLabel}
            </Button>
          )}
          <Button
            variant="default"
            onClick={() => {
              saveDocumentAs().catch((error: unknown) => showFailure('The document was not saved', error))
            }}
          >
            Save as...
          </Button>
          <Button variant="default" onClick={() => location.reload()}>
            Reload the window
          </Button>
        </Group>
      </div>
    )
  }
}
