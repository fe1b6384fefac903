/** The answer broke off before its end. What came until then is there; it is not the export. */
export class CutOff extends Error {
  override readonly name = 'CutOff';

  constructor(
    readonly part: Blob,
    options?: ErrorOptions,
  ) {
    super('The export was cut off.', options);
  }
}

/** Given to the browser in pieces of this size, bytes: it keeps large ones on disk, so that memory does not grow with the export. */
const PIECE = 4 * 1_024 * 1_024;

/**
 * Reads a body to its very end. An answer that lacks its last chunk, or has another length than it promised, throws {@link CutOff};
 * an abort throws what `signal` was aborted with.
 */
export async function receive(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
  type: string,
  signal: AbortSignal,
  onProgress: (bytes: number) => void,
): Promise<Blob> {
  const pieces: Blob[] = [];
  let open: Uint8Array<ArrayBuffer>[] = [];
  let openBytes = 0;
  let bytes = 0;

  function close(): void {
    if (openBytes > 0) pieces.push(new Blob(open));
    open = [];
    openBytes = 0;
  }

  const reader = body.getReader();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      signal.throwIfAborted();
      open.push(read.value);
      openBytes += read.value.byteLength;
      bytes += read.value.byteLength;
      if (openBytes >= PIECE) close();
      onProgress(bytes);
    }
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    close();
    throw new CutOff(new Blob(pieces, { type }), { cause: error });
  }
  close();
  return new Blob(pieces, { type });
}
