// Tests of the plain decisions of the desktop program: places of windows, files of a start, links, dialogs, shortcuts.
import { describe, expect, it } from 'vitest'
import { choiceOf, planDialog, withEnding, workQuestion } from './nativeDialogs'
import { findFileArguments } from './fileArguments'
import { acceleratorOf } from './menu'
import { isExternalLink } from './security'
import { stepZoom } from './shellSettings'
import { cascade, fitWindow, readWindowState } from './windowState'

const screen = { x: 0, y: 25, width: 1920, height: 1055 }
const second = { x: 1920, y: 0, width: 2560, height: 1440 }
const saved = { x: 300, y: 200, width: 1200, height: 800, isMaximized: false, isFullScreen: false }

describe('fitWindow', () => {
  it('opens in the middle at first, and smaller on a small screen', () => {
    expect(fitWindow(undefined, [screen])).toEqual({ x: 240, y: 103, width: 1440, height: 900 })
    const small = { x: 0, y: 0, width: 1024, height: 700 }
    expect(fitWindow(undefined, [small])).toEqual(small)
  })

  it('opens where it was, on whichever screen that is', () => {
    expect(fitWindow(saved, [screen])).toEqual({ x: 300, y: 200, width: 1200, height: 800 })
    expect(fitWindow({ ...saved, x: 2500 }, [screen, second])).toMatchObject({ x: 2500, y: 200 })
  })

  it('comes back from a screen that is gone, and where its title bar is out of reach', () => {
    const middle = { x: 360, y: 153, width: 1200, height: 800 }
    expect(fitWindow({ ...saved, x: 2500 }, [screen])).toEqual(middle)
    expect(fitWindow({ ...saved, y: -300 }, [screen])).toEqual(middle)
    expect(fitWindow({ ...saved, y: 1060 }, [screen])).toEqual(middle)
    expect(fitWindow({ ...saved, x: -1150 }, [screen])).toEqual(middle)
    expect(fitWindow({ ...saved, x: -1000 }, [screen])).toMatchObject({ x: -1000 })
  })

  it('is never larger than its screen', () => {
    expect(fitWindow({ ...saved, x: 0, y: 25, width: 4000, height: 3000 }, [screen])).toEqual(screen)
  })

  it('puts a further window a little beside, neither maximised nor full screen', () => {
    expect(cascade({ ...saved, isMaximized: true })).toEqual({ ...saved, x: 328, y: 228 })
  })

  it('forgets a place that cannot be read', () => {
    expect(readWindowState('/nowhere/window.json')).toBeUndefined()
    expect(readWindowState(import.meta.filename)).toBeUndefined()
  })
})

describe('stepZoom', () => {
  it('goes through the steps of a browser, stays at the ends, and comes back', () => {
    let factor = 1
    const seen = Array.from({ length: 6 }, () => (factor = stepZoom(factor, 'in')))
    expect(seen).toEqual([1.1, 1.25, 1.5, 1.75, 2, 2])
    expect([stepZoom(1.3, 'out'), stepZoom(1.3, 'in'), stepZoom(0.5, 'out')]).toEqual([1.25, 1.5, 0.5])
    expect(stepZoom(1.75, 'reset')).toBe(1)
  })
})

describe('findFileArguments', () => {
  it('takes documents and models, absolute and once each', () => {
    const files = ['a.netloom.json', 'b.netloom', '/b/V.ONNX', './a.netloom.json', 'c.json']
    const argv = ['/usr/bin/netloom', '.', '--inspect=1', ...files]
    expect(findFileArguments(argv, '/home/ada')).toEqual([
      '/home/ada/a.netloom.json',
      '/home/ada/b.netloom',
      '/b/V.ONNX',
    ])
  })

  it('takes a name that looks like a flag only behind the dashes', () => {
    expect(findFileArguments(['netloom', '--x.onnx'], '/d')).toEqual([])
    expect(findFileArguments(['netloom', '--', '--x.onnx', '.onnx'], '/d')).toEqual(['/d/--x.onnx'])
    expect(findFileArguments(['a.onnx'], '/d')).toEqual([])
  })
})

describe('isExternalLink', () => {
  it('takes plain https addresses only', () => {
    expect(isExternalLink('https://onnx.ai/onnx/operators/')).toBe(true)
    const refused = [
      'http://onnx.ai',
      'https://ada:word@onnx.ai',
      'javascript:alert(1)',
      'file:///etc/passwd',
      'smb://x/y',
    ]
    for (const address of [...refused, 'https://', 'onnx.ai', `https://x/${'y'.repeat(2100)}`])
      expect([address, isExternalLink(address)]).toEqual([address, false])
  })
})

describe('dialogs', () => {
  it('write a name with its ending, once', () => {
    const document = ['.netloom', '.netloom.json']
    expect(withEnding('/a/net', document)).toBe('/a/net.netloom')
    expect(withEnding('/a/net', document.toReversed())).toBe('/a/net.netloom.json')
    expect(withEnding('/a/net.json', document)).toBe('/a/net.netloom.json')
    expect(withEnding('/a/Net.NETLOOM.JSON', document)).toBe('/a/Net.NETLOOM.JSON')
    expect(withEnding('/a/net.netloom.json.netloom', document)).toBe('/a/net.netloom.json')
    expect(withEnding('/a/net.netloom.netloom.json', document)).toBe('/a/net.netloom')
    expect(withEnding('/a/v1.2', ['.onnx'])).toBe('/a/v1.2.onnx')
    expect(withEnding('/a/v1.onnx.onnx', ['.onnx'])).toBe('/a/v1.onnx')
  })

  it('choose what was asked for', () => {
    expect(planDialog({ kind: 'openFolder', suggested: '/data' })).toMatchObject({
      isSave: false,
      options: { defaultPath: '/data', properties: ['openDirectory', 'createDirectory'] },
    })
    expect(planDialog({ kind: 'saveOnnx', suggested: 'net.onnx' })).toMatchObject({ isSave: true, endings: ['.onnx'] })
    expect(planDialog({ kind: 'saveTfjs' })).toMatchObject({ isSave: true, endings: ['.tfjs'] })
    expect(planDialog({ kind: 'savePytorch' })).toMatchObject({ isSave: true, endings: ['.pytorch'] })
    expect(planDialog({ kind: 'saveDocument' })).toMatchObject({
      endings: ['.netloom', '.netloom.json'],
      options: { filters: [{ extensions: ['netloom'] }, { extensions: ['netloom.json'] }] },
    })
    expect(planDialog({ kind: 'saveDocument', suggested: '/a/b.netloom.json' })).toMatchObject({
      endings: ['.netloom.json', '.netloom'],
    })
    for (const ending of ['netloom', 'netloom.json', 'json'])
      expect(planDialog({ kind: 'openDocument' }).options.filters?.[0]?.extensions).toContain(ending)
    expect(planDialog({ kind: 'openDocument' }).options.filters?.[0]?.extensions).toContain('onnx')
  })

  const training = (name: string) => ({ kind: 'training', name }) as const
  const experiment = { kind: 'experiment', name: 'Plain and residual' } as const

  it('ask about an experiment by its title, alone and beside trainings', () => {
    expect(workQuestion([experiment])).toMatchObject({
      message: 'The experiment "Plain and residual" is still running.',
      buttons: ['Keep running', 'Stop and quit', 'Cancel'],
    })
    expect(workQuestion([experiment]).detail).toContain('has to be started anew')
    expect(workQuestion([experiment]).detail).not.toContain('resumed')
    expect(workQuestion([training('a'), experiment]).message).toBe(
      '"a" is still training, and the experiment "Plain and residual" is still running.',
    )
  })

  it('cancel where a dialog is closed', () => {
    expect(workQuestion([training('a'), training('b')]).message).toBe('2 networks are still training.')
    expect(workQuestion([training('a')]).detail).not.toContain('another program')
    expect(workQuestion([training('a')], ['b']).detail).toContain(
      '"b" is trained by another program and goes on in any case.',
    )
    expect([0, 1, 2, 3].map(choiceOf)).toEqual(['keep', 'stop', 'cancel', 'cancel'])
    expect(workQuestion([training('a')]).cancelId).toBe(2)
  })
})

describe('acceleratorOf', () => {
  it.each([
    ['Ctrl+Shift+S', 'CmdOrCtrl+Shift+S'],
    ['Ctrl++', 'CmdOrCtrl+Plus'],
    ['+', 'Plus'],
    ['Ctrl+-', 'CmdOrCtrl+-'],
    ['Delete', 'Delete'],
    ['Alt+ArrowLeft', 'Alt+Left'],
    ['A', 'A'],
    ['Ctrl+Enter', 'CmdOrCtrl+Enter'],
    ['Hyper+S', undefined],
    ['?', '?'],
    [undefined, undefined],
  ])('writes %s as %s', (shortcut, accelerator) => {
    expect(acceleratorOf(shortcut)).toBe(accelerator)
  })
})
