// The contract and the screen for browsers: one port of HTTP and WebSocket, and its end; not what the calls do (api/).
import { realpath } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/websocket'
import { WebSocketServer, type RawData, type WebSocket } from 'ws'
import { NetloomError } from '../../shared/graph/errors'
import type { Core } from '../api/core'
import { createRouter } from '../api/router'
import { systemCode } from '../files/durableFile'
import { Challenges } from './challenges'
import { answerHello } from './hello'
import { makeHostKey } from './hostKey'
import { isAllowedHost, refuseUpgrade, type AllowedNames } from './requestChecks'
import { answerFile, refuseHost } from './staticFiles'

/** The close code for a message that is no call. */
const unreadableCode = 1007
/** One message at most; a document of 1,000 layers has 300 kB, a photograph 10 MB. */
const largestMessageBytes = 16 * 1024 * 1024
/** A screen that does not answer this long is gone: a closed laptop, a lost tunnel. */
const heartbeatMs = 30_000

export interface HostOptions {
  readonly core: Core
  /** 0: any free one. */
  readonly port: number
  /** The folder of the built screen. */
  readonly rendererFolder: string
  /** A name beyond loopback: the host then listens on all addresses and answers to this name too. */
  readonly remoteName?: string
  /** What pages show to be let in; left out: one of this start alone. */
  readonly token?: string
}

/** A running host. */
export interface Host {
  readonly port: number
  readonly token: string
  /** What a person opens; the token is in the fragment, which browsers do not send. */
  readonly url: string
  /** Ends all connections and frees the port; trainings are the core's. */
  close(): Promise<void>
}

/** @returns the port that was taken; @throws NetloomError host.port */
async function listen(server: Server, port: number, address: string): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, address, resolve)
  }).catch((cause: unknown) => {
    const isTaken = ['EADDRINUSE', 'EACCES'].includes(systemCode(cause))
    throw new NetloomError('host.port', `Port ${port} of ${address} cannot be used (${systemCode(cause)}).`, {
      received: port,
      hint: isTaken ? 'Choose another port, or 0 for any that is free.' : undefined,
      cause,
    })
  })
  const found = server.address()
  return typeof found === 'object' && found ? found.port : port
}

/** Serves screens until it is closed. @throws NetloomError host.port */
export async function startHost(options: HostOptions): Promise<Host> {
  const { core, remoteName, token = makeHostKey() } = options
  const root = await realpath(options.rendererFolder)
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 30_000 })
  const port = await listen(server, options.port, remoteName === undefined ? '127.0.0.1' : '0.0.0.0')
  const names: AllowedNames = { port, remoteName }
  const challenges = new Challenges(token, port)
  server.on('request', (request, response) => {
    if (!isAllowedHost(request.headers.host, names)) return refuseHost(response)
    if (answerHello(challenges, request, response)) return
    answerFile(root, request, response).catch(() => response.destroy())
  })
  const sockets = serveSockets(server, core, (request) => refuseUpgrade(request, names, { token, challenges }))
  return {
    port,
    token,
    url: `http://${remoteName ?? '127.0.0.1'}:${port}/#token=${token}`,
    async close() {
      sockets.close()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

function refuseSocket(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
}

/** A message as the handler takes it; ws hands out text as bytes. */
function readMessage(data: RawData, isBinary: boolean): string | ArrayBuffer {
  const bytes = Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
  return isBinary ? new Uint8Array(bytes).buffer : bytes.toString('utf8')
}

/** Gives every allowed WebSocket the contract's calls. */
function serveSockets(
  server: Server,
  core: Core,
  refusalOf: (request: IncomingMessage) => string | undefined,
): { close(): void } {
  const handler = new RPCHandler(createRouter(core))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: largestMessageBytes })
  const answering = new WeakSet<WebSocket>()
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy())
    const refusal = refusalOf(request)
    if (refusal !== undefined) return refuseSocket(socket, refusal)
    sockets.handleUpgrade(request, socket, head, (connection) => {
      // A message that is too large, or no text: ws closes the connection with the code for it.
      connection.on('error', () => connection.terminate())
      connection.on('pong', () => answering.add(connection))
      answering.add(connection)
      connection.on('message', (data: RawData, isBinary: boolean) => {
        handler.message(connection, readMessage(data, isBinary)).catch(() => connection.close(unreadableCode))
      })
      connection.on('close', () => handler.close(connection))
    })
  })
  const heartbeat = setInterval(() => {
    for (const connection of sockets.clients) {
      if (!answering.delete(connection)) connection.terminate()
      else connection.ping()
    }
  }, heartbeatMs)
  return {
    close() {
      clearInterval(heartbeat)
      for (const connection of sockets.clients) connection.terminate()
      sockets.close()
    },
  }
}
