// Names of files of networks.
import { describe, expect, it } from 'vitest'
import {
  isDocumentName,
  isNetworkName,
  isOpenableName,
  isWritableName,
  withDocumentEnding,
  withoutEnding,
} from './fileNames'

describe('the names of documents', () => {
  it.each(['a.netloom', '/b/A.NETLOOM', 'C:\\b\\a.netloom.json', 'a.Netloom.JSON', 'a.b.netloom'])(
    'hold %s',
    (path) => {
      expect([isDocumentName(path), isOpenableName(path), isWritableName(path)]).toEqual([true, true, true])
    },
  )

  it.each(['.netloom', '/b/.netloom.json', 'a.json', 'netloom', 'a.netloom/b', 'a.netloom.txt'])('not %s', (path) => {
    expect([isDocumentName(path), isOpenableName(path)]).toEqual([false, false])
  })
})

it('opens models of ONNX too, and writes documents as JSON where a person says so', () => {
  expect([isOpenableName('a.onnx'), isOpenableName('.onnx'), isWritableName('a.onnx')]).toEqual([true, false, false])
  expect([isWritableName('a.json'), isOpenableName('a.json'), isNetworkName('a.json')]).toEqual([true, false, true])
})

it('adds an ending where there is none, and takes it off once', () => {
  expect(['a', 'a.netloom', 'a.netloom.json', 'a.json', 'a.onnx'].map(withDocumentEnding)).toEqual([
    'a.netloom',
    'a.netloom',
    'a.netloom.json',
    'a.json',
    'a.onnx.netloom',
  ])
  expect(['b/a.netloom', 'a.NETLOOM.json', 'a.json', 'a.onnx', 'a.b', '.netloom'].map(withoutEnding)).toEqual([
    'b/a',
    'a',
    'a',
    'a',
    'a.b',
    '.netloom',
  ])
})
