/** Workflows for the tests, as YAML. */

/** A training that goes on until it is stopped. */
export const ENDLESS = `flowrun: 1
nodes:
  images: {tool: Directory, path: samples/simpsons, pattern: '*.jpg', recurse: true}
  cleanup: {tool: Formula, fields: [{field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}]}
  load: {tool: ImageInput, field: FullPath}
  scale: {tool: ImageProcessing, steps: [{step: scale, width: 64, height: 64}]}
  samples: {tool: CreateSamples, estimation: 70, validation: 20}
  recognise:
    tool: ImageRecognition
    training: {image: image, label: Class}
    validation: {image: image, label: Class}
    epochs: 10000
  report: {tool: Browse}
connections:
  - images -> cleanup
  - cleanup -> load
  - load -> scale
  - scale -> samples
  - samples.E -> recognise.T
  - samples.V -> recognise.V
  - recognise.R -> report
layout:
  images: [60, 90]
  cleanup: [165, 90]
  load: [270, 90]
  scale: [375, 90]
  samples: [480, 90]
  recognise: [600, 90]
  report: [720, 90]
`;

/** Data only: quick. */
export const PEOPLE = `flowrun: 1
nodes:
  people: {tool: TextInput, fields: {name: V_WString, age: Int32}, rows: [[Bart, 10], [Lisa, 8], [Homer, 39]]}
  grown: {tool: Filter, expression: '[age] > 18'}
  shout: {tool: Formula, fields: [{field: name, expression: 'Uppercase([name])'}]}
  look: {tool: Browse}
connections:
  - people -> grown
  - grown.T -> shout
  - shout -> look
layout:
  people: [100, 150]
  grown: [220, 150]
  shout: [340, 150]
  look: [460, 150]
`;

/** A million records. */
export const MILLION = `flowrun: 1
nodes:
  thousands: {tool: GenerateRows, field: a, type: Int32, initial: '0', condition: '[a] < 1000', loop: '[a] + 1'}
  ones: {tool: GenerateRows, field: b, type: Int32, initial: '1', condition: '[b] <= 1000', loop: '[b] + 1'}
  all: {tool: AppendFields, many: allow}
  more:
    tool: Formula
    fields:
      - {field: id, type: Int32, expression: '[a] * 1000 + [b]'}
      - {field: team, type: Int32, expression: 'Mod([id], 97)'}
      - {field: name, type: V_WString, expression: 'IF [id] = 2 THEN " name 2" ELSE "name " + ToString([id]) ENDIF'}
      - {field: note, type: V_WString, expression: 'IF Mod([id], 2) = 0 THEN Null() ELSEIF [id] = 3 THEN "" ELSE "ok" ENDIF'}
  own: {tool: Select, fields: [{field: a, keep: false}, {field: b, keep: false}]}
  look: {tool: Browse}
connections:
  - thousands -> all.T
  - ones -> all.S
  - all -> more
  - more -> own
  - own -> look
layout:
  thousands: [100, 150]
  ones: [100, 250]
  all: [220, 150]
  more: [340, 150]
  own: [460, 150]
  look: [580, 150]
`;

/** Pictures whose guesses are right but for one label, and a table of them. */
export const GUESSES = `flowrun: 1
nodes:
  images: {tool: Directory, path: samples/simpsons, pattern: '*.jpg', recurse: true}
  guess:
    tool: Formula
    fields:
      - {field: Class, expression: 'FileGetFileName(FileGetDir([FullPath]))'}
      - {field: Guess, expression: 'IF [Class] = "bart_simpson" THEN "lisa_simpson" ELSE [Class] ENDIF'}
  load: {tool: ImageInput, field: FullPath}
  look: {tool: Browse}
  table: {tool: ContingencyTable, fields: [Class, Guess]}
connections:
  - images -> guess
  - guess -> load
  - load -> look
  - load -> table
layout:
  images: [100, 150]
  guess: [220, 150]
  load: [340, 150]
  look: [460, 90]
  table: [460, 210]
`;

/** JSON, a long text, bytes that are no text, and a picture that is none. */
export const VALUES = `flowrun: 1
nodes:
  values:
    tool: TextInput
    fields: {json: V_WString, long: V_WString, hex: V_WString, broken: V_WString}
    rows: [['{"family": [{"name": "Lisa", "age": 8}]}', 'The end', 00ff48656c6c6f, 'no picture']]
  longer: {tool: Formula, fields: [{field: long, expression: 'PadLeft([long], 5000, "O")'}]}
  bytes: {tool: BlobConvert, field: hex, encoding: hex}
  picture: {tool: BlobConvert, field: broken, encoding: utf-8, image: true}
  look: {tool: Browse}
connections:
  - values -> longer
  - longer -> bytes
  - bytes -> picture
  - picture -> look
layout: {values: [100, 150], longer: [220, 150], bytes: [340, 150], picture: [460, 150], look: [580, 150]}
`;

/** A picture that is none stops it. */
export const BAD = `flowrun: 1
nodes:
  files: {tool: Directory, path: ., pattern: bad.yaml}
  wrong: {tool: ImageInput, field: FullPath}
connections: [files -> wrong]
layout: {files: [100, 150], wrong: [220, 150]}
`;
