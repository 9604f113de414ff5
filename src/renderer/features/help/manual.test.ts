import { describe, expect, it } from 'vitest'
import { errorCodes } from '../../../shared/graph/errors'
import { nodeDefinitions } from '../../../shared/layers/index'
import { hintCodes } from '../../../shared/network/findHints'
import { anchorOf, findPage, manualPages } from './manual'
import { searchManual } from './searchManual'

const titles = (query: string): readonly string[] => searchManual(query).map(({ title }) => title)

describe('the manual', () => {
  it('has a page for every message and every layer, each topic once', () => {
    for (const code of Object.keys(errorCodes)) expect(findPage(`problem:${code}`), code).toBeDefined()
    for (const code of Object.keys(hintCodes)) expect(findPage(`problem:hint.${code}`), code).toBeDefined()
    for (const { type } of nodeDefinitions) expect(findPage(`layer:${type}`)?.text.length, type).toBeGreaterThan(40)
    const topics = manualPages.map(({ topic }) => topic)
    expect(topics.filter((topic, index) => topics.indexOf(topic) !== index)).toEqual([])
  })

  it('writes the parameters of a layer with what they are when left out', () => {
    const text = findPage('layer:conv2d')?.text ?? ''
    expect(text).toContain('| Filters |')
    expect(text).toMatch(/\| Stride .*\| 1x1 \|/)
    expect(text).toContain('Source: ONNX Conv')
  })

  it('finds the page that is meant first, by beginnings of words, other words and with a typing error', () => {
    expect(titles('receptive field').length).toBeGreaterThan(0)
    expect(titles('graph.cycle')[0]).toBe('A cycle')
    expect(titles('conv2d')[0]).toBe('Conv2D')
    expect(titles('kernel filter').slice(0, 3)).toContain('Conv2D')
    expect(titles('datas').slice(0, 2)).toContain('Datasets')
    expect(titles('activation missing')[0]).toBe('No activation between two layers')
    expect(titles('divergd').slice(0, 2)).toContain('The training diverged')
    expect(titles('how do I make the learning rate smaller').length).toBeGreaterThan(0)
    expect(titles('zzzzqqq')).toEqual([])
  })

  it('links inside the documents lead to pages', () => {
    const anchors = manualPages.flatMap(({ text }) => Array.from(text.matchAll(/\]\(#([^)]+)\)/g), ([, to = '']) => to))
    expect(anchors.length).toBeGreaterThan(0)
    for (const anchor of anchors) expect(findPage(`manual:${anchorOf(anchor)}`), anchor).toBeDefined()
  })
})
