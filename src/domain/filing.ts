import * as z from 'zod';

/** What changed in the mailbox, message by message. */

const failed = z
  .array(
    z.object({
      id: z.string(),
      code: z.string(),
      /** A copy that was made in the target although the original is still where it was. */
      copyId: z.string().optional(),
    }),
  )
  .optional();

const count = z.number().int().optional();

const relocated = z.array(z.object({ id: z.string(), newId: z.string().optional() }));

/** `omitted` counts what was done or failed like the rest of its list but is too much to be listed. */
export const movedMail = z.object({
  moved: relocated,
  failed,
  omitted: z.object({ moved: count, failed: count }).optional(),
});
export type MovedMail = z.infer<typeof movedMail>;

export const markedMail = z.object({
  updated: z.array(z.object({ id: z.string(), flags: z.array(z.string()) })),
  failed,
  omitted: z.object({ updated: count, failed: count }).optional(),
});
export type MarkedMail = z.infer<typeof markedMail>;

export const deletedMail = z.object({
  trashed: relocated.optional(),
  deleted: z.array(z.string()).optional(),
  failed,
  omitted: z.object({ trashed: count, deleted: count, failed: count }).optional(),
});
export type DeletedMail = z.infer<typeof deletedMail>;

export const folderPath = z.object({ path: z.string() });
export type FolderPath = z.infer<typeof folderPath>;

export type Failed = NonNullable<MovedMail['failed']>;
