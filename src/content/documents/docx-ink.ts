import { isIndistinct, white } from '../hidden/color.ts';
import { type Look, lookOf, unknownGround, type WordStyles } from './docx-look.ts';
import { type Attributes, attribute } from './xml.ts';

/** Half points. Nobody reads letters of a point and a half, */
const smallestSize = 3;
/** nor such that have no width, in percent, */
const smallestScale = 5;
/** nor such that lie on each other: by this share of their height they move together. */
const closest = 0.4;
/** Half points, where nobody says a size. */
const usualSize = 20;

interface Place {
  name: string;
  /** Of what is around the text: page, table, cell, text box. */
  look: Look;
  paragraph: Look;
  run: Look;
  inRun: boolean;
}

/** Follows the properties along a document and knows whether the text at hand can be seen. */
export class Ink {
  private readonly styles: WordStyles;
  private readonly outer: Place[] = [];
  private place: Place;
  /** Inside the properties of a paragraph mark, which say nothing about the text before it. */
  private inMark = false;
  /** Inside what fills the letters of a run. */
  private inFill = false;

  constructor(styles: WordStyles) {
    this.styles = styles;
    const look = { ground: { color: white }, ...styles.defaults };
    this.place = { name: '', look, paragraph: {}, run: {}, inRun: false };
  }

  open(name: string, attributes: Attributes, inParagraphProperties: boolean): void {
    const { place } = this;
    if (containers.has(name)) this.enter(name);
    else if (name === 'p') place.paragraph = this.styled(this.styles.standard);
    else if (name === 'r') {
      place.run = {};
      place.inRun = true;
    } else if (name === 'rPr') this.inMark = inParagraphProperties;
    else if (this.inMark) return;
    else if (name === 'textFill') this.inFill = true;
    else if (name === 'pStyle') place.paragraph = this.styled(attribute(attributes, 'val'));
    else if (name === 'tblStyle') add(place, 'look', this.styled(attribute(attributes, 'val')));
    else if (place.inRun) {
      const isStyle = name === 'rStyle';
      if (this.inFill && name === 'noFill') add(place, 'run', { vanish: true });
      else add(place, 'run', isStyle ? this.styled(attribute(attributes, 'val')) : lookOf(name, attributes));
    } else if (name === 'background') {
      // Whether the page is shown in its colour the settings say, which are not read.
      add(place, 'look', { ground: unknownGround });
    } else if (name === 'hidden') add(place, 'look', { outOfSight: true });
    else if (inParagraphProperties) add(place, 'paragraph', lookOf(name, attributes));
    else if (ofContainers.has(name)) add(place, 'look', lookOf(name, attributes));
  }

  close(name: string): void {
    if (name === 'r') this.place.inRun = false;
    else if (name === 'rPr') this.inMark = false;
    else if (name === 'textFill') this.inFill = false;
    else if (name === this.place.name) this.place = this.outer.pop() ?? this.place;
  }

  /** Whether a person does not see the text: hidden, too small, out of sight, or in the colour of its ground. */
  get isHidden(): boolean {
    const { look, paragraph, run, inRun } = this.place;
    const drawn = { ...look, ...paragraph, ...(inRun ? run : {}) };
    const outOfSight = look.outOfSight || paragraph.outOfSight || drawn.vanish;
    return outOfSight === true || isTooSmall(drawn) || isInvisible(drawn);
  }

  /** What a text box is filled with stands elsewhere: its ground is unknown. */
  private enter(name: string): void {
    const inBox = { ...this.styles.defaults, ground: unknownGround };
    const look = name === 'txbxContent' ? inBox : this.place.look;
    this.outer.push(this.place);
    this.place = { name, look, paragraph: {}, run: {}, inRun: false };
  }

  private styled(id: string | undefined): Look {
    return this.styles.looks.get(id ?? '') ?? {};
  }
}

function add(place: Place, to: 'look' | 'paragraph' | 'run', more: Look): void {
  place[to] = { ...place[to], ...more };
}

const containers = new Set(['tbl', 'tr', 'tc', 'txbxContent']);
const ofContainers = new Set(['shd', 'trHeight']);

function isTooSmall({ size = usualSize, scale = 100, spacing = 0 }: Look): boolean {
  const height = size * 10;
  return size <= smallestSize || scale <= smallestScale || spacing <= -closest * height;
}

function isInvisible({ color, ground }: Look): boolean {
  return color !== undefined && color !== 'auto' && !!ground?.color && isIndistinct(color, ground.color);
}
