// Which trained network, layer and channel the stage shows, and the asking for its numbers; not the stepping.
import { Alert, Loader, Select, Text } from '@mantine/core'
import type { NetworkDocument } from '../../../../shared/graph/document'
import { skipToken, useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import type { ImageSource } from '../../../../shared/contract/call'
import { parseDocument } from '../../../../shared/graph/schema'
import { withImageSource } from '../../../kernel/images/withImageSource'
import { client, messageOf } from '../../../kernel/core/client'
import { queries } from '../../../kernel/queries/queryClient'
import { useRunList } from '../../../kernel/queries/runList'
import { inferenceOf } from '../../../session/document/derived'
import { useDocumentStore } from '../../../session/document/documentStore'
import classes from '../insight.module.css'
import { unpackLayer } from './stage'
import { listSteppable } from '../../../session/document/stageLayers'
import { choose, stageStore, useStageStore, type TrainedChoice } from './stageStore'

interface Option {
  readonly value: string
  readonly label: string
}

/** Runs that have weights, newest first, and the document itself where it has some. */
function useModels(): { readonly options: readonly Option[] | null; readonly error: string | null } {
  const { data: runs, error } = useRunList()
  const path = useDocumentStore((state) => state.path)
  const hasOwn = useDocumentStore((state) => state.document.weights !== undefined)
  const options = useMemo(() => {
    if (!runs) return null
    const own = path !== null && hasOwn ? [{ value: path, label: 'This document with its weights' }] : []
    const trained = runs
      .filter(({ bestEpoch, epochs }) => bestEpoch !== null || epochs > 0)
      .map(({ id, name, architecture }) => ({ value: id, label: `${name} (${architecture})` }))
    return [...own, ...trained]
  }, [runs, path, hasOwn])
  return { options, error: error ? messageOf(error) : null }
}

const none: readonly string[] = []

function listPaths(document: NetworkDocument): readonly string[] {
  return listSteppable(inferenceOf(document)).map(({ id }) => id)
}

/** The layers of a model that can be stepped through. */
function useLayers(model: string | null): readonly string[] {
  const path = useDocumentStore((state) => state.path)
  const document = useDocumentStore((state) => state.document)
  const isOwn = model !== null && model === path
  const input = model === null || isOwn ? skipToken : { run: model }
  const select = (text: string) => listPaths(parseDocument(text))
  const { data = none } = useQuery(queries.runs.document.queryOptions({ input, staleTime: 0, select }))
  return useMemo(() => (isOwn ? listPaths(document) : data), [isOwn, document, data])
}

/** Asks for the layer's numbers whenever network, layer or image change. */
function useTrainedLayer(): { readonly isLoading: boolean; readonly error: string | null } {
  const model = useStageStore((state) => state.trained.model)
  const layer = useStageStore((state) => state.trained.layer)
  const image = useStageStore((state) => state.image)
  const asked = model === null || layer === null || image === null ? null : { model, layer, image }
  const { data, error, isFetching } = useQuery({
    queryKey: ['arithmetic.layer', model, layer, image?.base64] as const,
    gcTime: 0,
    staleTime: 0,
    queryFn: asked
      ? ({ signal }) => {
          const ask = (source: ImageSource) =>
            client.arithmetic.layer({ model: asked.model, layer: asked.layer, image: source }, { signal })
          return withImageSource(asked.image.file, asked.image.name, ask, { signal })
        }
      : skipToken,
  })
  useEffect(() => {
    if (data) choose({ trainedLayer: unpackLayer(data), shownChannel: 0 })
    else if (error) choose({ trainedLayer: null })
  }, [data, error])
  return { isLoading: isFetching, error: error ? messageOf(error) : null }
}

function setTrained(change: Partial<TrainedChoice>): void {
  choose({ trained: { ...stageStore.getState().trained, ...change } })
}

function ChannelSelect() {
  const count = useStageStore((state) => state.trainedLayer?.output.channels ?? 0)
  const channel = useStageStore((state) => state.trained.channel)
  if (count === 0) return null
  return (
    <Select
      label="Output channel"
      allowDeselect={false}
      searchable={count > 12}
      data={Array.from({ length: count }, (_, index) => ({ value: String(index), label: `${index + 1} of ${count}` }))}
      value={String(Math.min(channel, count - 1))}
      onChange={(value) => setTrained({ channel: Number(value) })}
    />
  )
}

/** Takes the first model and a layer that it has, where none is chosen or the chosen one is not there. */
function useFirstChoice(options: readonly Option[] | null, layers: readonly string[]): void {
  const { model, layer } = useStageStore((state) => state.trained)
  const [first] = options ?? []
  const isKnown = options === null || options.some(({ value }) => value === model)
  useEffect(() => {
    if (!isKnown) setTrained({ model: first?.value ?? null })
  }, [isKnown, first])
  useEffect(() => {
    const [firstLayer] = layers
    if (firstLayer !== undefined && (layer === null || !layers.includes(layer)))
      setTrained({ layer: firstLayer, channel: 0 })
  }, [layers, layer])
}

/** Network, layer and channel. */
export function TrainedSettings() {
  const { options, error } = useModels()
  const { model, layer } = useStageStore((state) => state.trained)
  const layers = useLayers(model)
  const { isLoading, error: failure } = useTrainedLayer()
  useFirstChoice(options, layers)
  if (options === null && error === null) return <Loader size="xs" aria-label="Fetching trained networks" />
  if (options?.length === 0)
    return (
      <Text size="xs" c="dimmed">
        No network has been trained yet. Train one on the Train screen, then look at its kernels here.
      </Text>
    )
  return (
    <div className={classes.settings}>
      <Select
        label="Trained network"
        allowDeselect={false}
        searchable
        data={options ?? []}
        value={model}
        onChange={(value) => choose({ trained: { model: value, layer, channel: 0 }, trainedLayer: null })}
      />
      <Select
        label="Layer"
        allowDeselect={false}
        searchable
        data={[...layers]}
        value={layer}
        onChange={(value) => setTrained({ layer: value, channel: 0 })}
      />
      <ChannelSelect />
      {isLoading && <Loader size="xs" aria-label="Computing the layer" />}
      {(failure ?? error) !== null && (
        <Alert color="red" p={8}>
          {failure ?? error}
        </Alert>
      )}
    </div>
  )
}
