// What stands beside the curves of a run that is of another network: its own network and recipe, never this one's.
import { Button, Text } from '@mantine/core'
import { IconArrowLeft, IconTopologyStar3 } from '@tabler/icons-react'
import type { RunSummary } from '../../../../shared/contract/runCalls'
import { printCount } from '../../../../shared/graph/printNumbers'
import { FactList } from '../../../kernel/parts/FactList'
import { fileNameOf } from '../../../kernel/dialogs/filePaths'
import { datasetLabel } from '../../../kernel/print/printTraining'
import { printRecipe } from '../../../kernel/print/printRecipe'
import { useDocument } from '../../../session/document/documentStore'
import { openAsTrained } from '../../../session/runs/openAsTrained'
import { showOwnRun } from '../follow/trainingStore'
import classes from '../training.module.css'

/** The panel. */
export function RunOrigin({ run }: { readonly run: RunSummary }) {
  const { name, nodes } = useDocument()
  const { documentPath } = run
  return (
    <aside className={classes.setup} aria-label="Network and recipe of the run">
      <div className={classes.setupBody}>
        <Text component="h2" fw={600} size="sm">
          A run of another network
        </Text>
        <FactList
          facts={[
            { name: 'Network', value: run.architecture },
            ...(documentPath === null
              ? []
              : [{ name: 'Document', value: fileNameOf(documentPath), tooltip: documentPath }]),
            { name: 'Parameters', value: printCount(run.parameters) },
            { name: 'Dataset', value: datasetLabel(run.dataset), tooltip: run.dataset },
            ...printRecipe(run.recipe),
          ]}
        />
      </div>
      <div className={classes.setupFoot}>
        {nodes.length > 0 && (
          <Button
            variant="default"
            leftSection={<IconArrowLeft size={14} aria-hidden />}
            onClick={() => void showOwnRun()}
          >
            Back to {name}
          </Button>
        )}
        <Button leftSection={<IconTopologyStar3 size={14} aria-hidden />} onClick={() => void openAsTrained(run)}>
          Open as trained
        </Button>
      </div>
    </aside>
  )
}
