/** The few names of yauzl 3.4 that are used; the package brings no types. */
declare module "yauzl" {
  export interface Entry {
    /** Raw bytes with `decodeStrings: false`. */
    readonly fileName: Buffer;
    readonly compressionMethod: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly crc32: number;
    readonly relativeOffsetOfLocalHeader: number;
    isEncrypted(): boolean;
  }

  export interface ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterable<Entry>;
    close(): void;
  }

  export interface Options {
    readonly decodeStrings?: boolean;
    readonly autoClose?: boolean;
  }

  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options: Options,
  ): Promise<ZipFile>;

  export class RandomAccessReader {
    read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null) => void,
    ): void;
    close(callback: (error: Error | null) => void): void;
  }
}
