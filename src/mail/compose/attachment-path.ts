import path, { type PlatformPath } from 'node:path';
import { MailboxError } from '../../domain/errors.ts';

/** PATH_MAX of Linux; resolving an endless path would cost a look at the disk for each of its parts. */
const maxPathChars = 4096;

/**
 * An absolute path with `.`, `..` and doubled separators resolved by its words alone; the disk is not touched.
 * On Windows without `\\?\`, which changes nothing about the place.
 * @throws MailboxError `invalid_input` for what is relative, or names no file by nature (devices, data streams).
 */
export function normalPath(given: string, platform: PlatformPath = path): string {
  if (given.length > maxPathChars || /\p{Cc}/u.test(given))
    throw invalid('The path is too long or holds control characters.');
  if (given.startsWith('~'))
    throw invalid('The path starts with ~, which is not expanded here.', 'Write the home folder out.');
  if (/^[a-z][a-z+.-]+:/iu.test(given)) throw invalid('A path is needed, not a URL.');
  if (!platform.isAbsolute(given)) throw invalid('The path is relative.');
  return platform.resolve(isWindows(platform) ? plainWindowsPath(given) : given);
}

/** Whether `file` lies below `directory`; both absolute. The directory itself is not below itself. */
export function isInside(directory: string, file: string, platform: PlatformPath = path): boolean {
  const [from, to] = [directory, file].map((each) =>
    isWindows(platform) ? withoutVerbatimPrefix(each) : each,
  );
  const way = platform.relative(from ?? '', to ?? '');
  return way !== '' && way !== '..' && !way.startsWith(`..${platform.sep}`) && !platform.isAbsolute(way);
}

/** `\\server\share`: merely looking at it makes Windows log in to that server with the user's password hash. */
export function isNetworkPath(file: string, platform: PlatformPath = path): boolean {
  return isWindows(platform) && file.startsWith('\\\\');
}

function isWindows(platform: PlatformPath): boolean {
  return platform.sep === '\\';
}

/** `C:\` or `\\server\share`; dots name neither. */
const windowsRoot = /^(?:[a-z]:\\|\\\\(?![?.]+\\)[^\\]+\\(?![?.]+(?:\\|$))[^\\]+)/iu;

function plainWindowsPath(given: string): string {
  const plain = withoutVerbatimPrefix(given.replaceAll('/', '\\'));
  if (/^\\\\[?.]\\/u.test(plain)) throw invalid('The path names a device.');
  if (!windowsRoot.test(plain)) throw invalid('The path has no drive and no share.');
  if (plain.slice(2).includes(':')) throw invalid('The path names a data stream inside a file.');
  return plain;
}

/** `\\?\C:\x` and `\\?\UNC\server\share` as everybody writes them. */
function withoutVerbatimPrefix(file: string): string {
  return file.replace(/^\\\\\?\\(?:(?=[a-z]:\\)|UNC(\\))/iu, '$1$1');
}

function invalid(message: string, hint = 'Pass the absolute path of a file.'): MailboxError {
  return new MailboxError('invalid_input', message, { hint });
}
