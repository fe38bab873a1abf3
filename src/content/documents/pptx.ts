import type { Archive } from './archive.ts';
import { readRelations } from './relations.ts';
import { anySize, Shapes, type Size, sizeOf } from './slide-shapes.ts';
import type { TextSink } from './text-sink.ts';
import { walkXml, type XmlHandler } from './xml.ts';

/** PresentationML (ECMA-376 part 1, §19): slides in the order they are shown, each with its notes. */
export function readPptx(archive: Archive, main: string, sink: TextSink): void {
  const relations = readRelations(archive, main, sink);
  const { order, size } = readOrder(archive.entries.get(main), sink);
  let number = 0;
  for (const id of order) {
    const path = relations.find((relation) => relation.id === id && relation.kind === 'slide')?.path;
    const bytes = archive.entries.get(path ?? '');
    number += 1;
    if (!path || !bytes) {
      sink.fault('a slide is missing');
      continue;
    }
    if (sink.full) return;
    const slide: Slide = { heading: `\n# Slide ${number}\n`, hidden: false, size };
    walkXml(bytes, slideHandler(slide, sink), sink);
    readNotes(archive, path, slide.hidden, sink);
  }
}

function readOrder(bytes: Uint8Array | undefined, sink: TextSink): { order: string[]; size: Size } {
  const order: string[] = [];
  let size = anySize;
  const open: XmlHandler['open'] = (name, attributes) => {
    // `id` without prefix is the slide's own number, `r:id` the relation.
    const id = Object.entries(attributes).find(([key]) => key.endsWith(':id'))?.[1];
    if (name === 'sldId' && id) order.push(id);
    else if (name === 'sldSz') size = sizeOf(attributes);
  };
  if (bytes) walkXml(bytes, { open }, sink);
  return { order, size };
}

function readNotes(archive: Archive, slidePath: string, hidden: boolean, sink: TextSink): void {
  const relations = readRelations(archive, slidePath, sink);
  const notes = relations.find(({ kind }) => kind === 'notesSlide');
  const bytes = archive.entries.get(notes?.path ?? '');
  if (bytes) walkXml(bytes, slideHandler({ heading: 'Notes:\n', hidden, size: anySize }, sink), sink);
}

interface Slide {
  /** Written before the first text. */
  heading: string;
  hidden: boolean;
  size: Size;
}

function slideHandler(slide: Slide, sink: TextSink): XmlHandler {
  const shapes = new Shapes(slide.size);
  let inText = false;
  let inField = false;
  const put = (text: string) => {
    if (slide.hidden || shapes.hideText) return sink.hide(text);
    sink.add(slide.heading + text);
    slide.heading = '';
  };
  return {
    open(name, attributes) {
      shapes.open(name, attributes);
      if (name === 'sld') slide.hidden = /^(?:0|false)$/u.test(attributes.show ?? '1');
      else if (name === 'fld') inField = attributes.type === 'slidenum';
      else if (name === 't') inText = !inField;
      else if (name === 'br') put('\n');
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'fld') inField = false;
      else if (name === 'p' && slide.heading === '') put('\n');
      shapes.close(name);
    },
    text(text) {
      if (inText) put(text);
    },
  };
}
