// The licences of everything that Netloom is handed on with: what npm installs to run it, and what is bundled into its screen; as one text
// (out/renderer/notices.txt), written at each build.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

const licenceFile = /^(?:licen[cs]e|copying|copyright|notice|third.?party|ofl)/i
const rule = '='.repeat(80)

/** What packages leave out although their licence asks for it to be handed on. */
const apart = [
  'Electron, Chromium and Node, which the desktop program runs on, are not listed here: their licences are the files LICENSE ' +
    '(LICENSE.electron.txt in some packages) and LICENSES.chromium.html beside the program.',
  'ONNX Runtime is built from further libraries, which are named with their licences in ' +
    'https://github.com/microsoft/onnxruntime/blob/main/ThirdPartyNotices.txt',
  'libvips and the libraries that sharp brings are shared libraries under the LGPL: they may be replaced by others of the same ' +
    'interface, in node_modules/@img beside the program. Their source is at https://github.com/lovell/sharp-libvips.',
  'elkjs, which lays networks out, is taken under the Eclipse Public License 2.0, unchanged and in a file of its own. Its source is ' +
    'at https://github.com/kieler/elkjs and, what that is compiled from, at https://github.com/eclipse-elk/elk.',
].join('\n\n')

const mit = (owner) => `MIT License

Copyright (c) ${owner}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
(the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE
FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION
WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`

const bsd3 = (owner) => `BSD 3-Clause License

Copyright (c) ${owner}

Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions
are met:
1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in
   the documentation and/or other materials provided with the distribution.
3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from
   this software without specific prior written permission.

THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE
COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
(INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION)
HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.`

const readResource = (root, name) => readFileSync(join(root, 'resources', 'licences', `${name}.txt`), 'utf8').trim()

/** The texts of licences that packages name without bringing them. */
const texts = {
  MIT: mit,
  'BSD-3-Clause': bsd3,
  'Apache-2.0': (_owner, root) => readResource(root, 'Apache-2.0'),
  // It is written as additions to the GPL, which therefore belongs to it.
  'LGPL-3.0-or-later': (_owner, root) => `${readResource(root, 'LGPL-3.0')}\n\n${readResource(root, 'GPL-3.0')}`,
}

function ownerOf({ author, contributors, name }) {
  const people = [author, ...(contributors ?? [])].flatMap((each) =>
    typeof each === 'string' ? each : (each?.name ?? []),
  )
  return people.length > 0 ? people.join(', ') : `the authors of ${name}`
}

/** The licence's name, as the package writes it now or wrote it formerly. */
function licenceName({ license, licenses }) {
  if (typeof license === 'string') return license.replaceAll(/[()]/g, '')
  if (license?.type) return license.type
  return (licenses ?? []).map(({ type }) => type).join(' OR ') || 'unknown'
}

/** What a package says of its licence, or the text of the licence that it names. @throws Error where neither is there */
function licenceText(folder, manifest, root) {
  const files = readdirSync(folder).filter((name) => licenceFile.test(name) && !/\.(?:[cm]?js|ts)$/i.test(name))
  const found = files.map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r', '').trim())
  if (found.length > 0) return found.join('\n\n')
  const name = licenceName(manifest)
  const parts = name.split(/ (?:AND|OR) /).map((part) => texts[part]?.(ownerOf(manifest), root))
  if (parts.includes(undefined))
    throw new Error(`${manifest.name} brings no licence, and the text of ${name} is not known.`)
  const readme = readdirSync(folder).find((file) => /^readme/i.test(file))
  const said = readme ? readFileSync(join(folder, readme), 'utf8').split(/^#+ (?=Licen[cs])/m)[1] : undefined
  return [...(said ? [said.trim()] : []), ...parts].join('\n\n')
}

/** The folder from which Node loads a package for a file in `from`; undefined where it is not installed. */
function findPackage(name, from) {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name)
    if (existsSync(join(found, 'package.json'))) return found
    if (folder === dirname(folder)) return undefined
  }
}

const readManifest = (folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))

/** The folders of all packages that run beside a package: its dependencies, theirs, and the optional ones that are installed. */
function listInstalled(start) {
  const found = new Set()
  const visit = (folder) => {
    const { dependencies, optionalDependencies } = readManifest(folder)
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const next = findPackage(name, folder)
      if (next === undefined || found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  visit(start)
  return found
}

/** The folder of the package that a bundled module is from; undefined for one of ours. */
function packageOfModule(id) {
  const path = id
    .replace(/^\0/, '')
    .replace(/[?#].*$/s, '')
    .replaceAll('/', sep)
  const mark = `${sep}node_modules${sep}`
  const at = path.lastIndexOf(mark)
  if (at < 0) return undefined
  const [first = '', second = ''] = path.slice(at + mark.length).split(sep)
  const folder = path.slice(0, at + mark.length) + (first.startsWith('@') ? join(first, second) : first)
  return existsSync(join(folder, 'package.json')) ? folder : undefined
}

/**
 * All third-party packages that are handed on.
 * @param root the project's folder
 * @param modules ids of what is bundled into the screen
 * @returns each once, by name and version
 */
export function collectPackages(root, modules = []) {
  const bundled = modules.map(packageOfModule).filter((folder) => folder !== undefined)
  const packages = new Map()
  for (const folder of [...listInstalled(root), ...bundled]) {
    const manifest = readManifest(folder)
    const { name, version, homepage } = manifest
    const text = () => licenceText(folder, manifest, root)
    packages.set(`${name} ${version}`, { name, version, homepage, licence: licenceName(manifest), text })
  }
  return [...packages.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}

/** The notices: packages with the same text stand together above it. @throws Error for a package without a licence */
export function printNotices(packages) {
  const byText = new Map()
  for (const each of packages) {
    const text = each.text()
    byText.set(text, [...(byText.get(text) ?? []), each])
  }
  const heading = ({ name, version, licence, homepage }) =>
    `${name} ${version} (${licence})${homepage ? ` ${homepage}` : ''}`
  const parts = [...byText].map(([text, group]) => `${group.map(heading).join('\n')}\n\n${text}`)
  const intro = `Netloom is handed on with ${packages.length} packages of others, under these licences.\n\n${apart}`
  return `${[intro, ...parts].join(`\n\n${rule}\n`)}\n`
}

/**
 * Writes the notices beside the screen, with what was bundled into it and into its threads.
 * @param root the project's folder
 * @returns the plugin of the screen, and a function for the plugin of its threads, which are bundled before it ends
 */
export function createNotices(root) {
  const threads = new Set()
  return {
    screen: {
      name: 'netloom-notices',
      apply: 'build',
      generateBundle() {
        const source = printNotices(collectPackages(root, [...this.getModuleIds(), ...threads]))
        this.emitFile({ type: 'asset', fileName: 'notices.txt', source })
      },
    },
    thread: () => ({
      name: 'netloom-thread-notices',
      apply: 'build',
      generateBundle() {
        for (const id of this.getModuleIds()) threads.add(id)
      },
    }),
  }
}
