/**
 * The white drawings on the tiles, one component a tool, in a box of 36 x 36 with one stroke weight.
 * A tool without a drawing of its own shows its category's.
 */
import type { ReactElement } from "react";

type Glyph = () => ReactElement;

const Book: Glyph = () => (
  <path d="M18 12 C15 9.5 11 9.5 8.5 10.5 V25 C11 24 15 24 18 26.5 C21 24 25 24 27.5 25 V10.5 C25 9.5 21 9.5 18 12 V26.5" />
);

const Directory: Glyph = () => (
  <>
    <path d="M8 9.5 H28 V27 H8 Z M8 15 H28 M8 21 H28 M13 9.5 V27 M23 9.5 V27" strokeWidth="1" opacity="0.75" />
    <path d="M18 14 L11 11 V24 L18 28 L25 24 V11 Z M18 14 V28" fill="var(--tile)" />
  </>
);

const Output: Glyph = () => (
  <>
    <path d="M9 9.5 H23 M9 14.5 H19 M9 19.5 H16 M9 24.5 H14" />
    <path d="M26.5 11.5 L29 14 L20 24 L16.5 25.5 L17.5 21.5 Z" />
  </>
);

const Browse: Glyph = () => (
  <path d="M12 9.5 H15.5 V13 L17 14 H19 L20.5 13 V9.5 H24 L27.5 21 V27 H20.5 V19 H15.5 V27 H8.5 V21 Z M8.5 21 H15.5 M20.5 21 H27.5" />
);

const TextInput: Glyph = () => <path d="M8 10 H28 V26 H8 Z M8 15 H28 M15 10 V26 M18.5 18.5 H24.5 M18.5 22.3 H22.5" />;

const Formula: Glyph = () => (
  <>
    <path d="M15 8 H21 M16 8 V15 L10 25 Q9 27.5 11.5 27.5 H24.5 Q27 27.5 26 25 L20 15 V8" />
    <path d="M13 21 H23" />
    <circle cx="16.5" cy="24" r="0.9" fill="currentColor" />
    <circle cx="20" cy="24.6" r="0.6" fill="currentColor" />
  </>
);

const Select: Glyph = () => (
  <>
    <path d="M12.5 19 L16.5 22.5 L24 14" strokeWidth="2.4" />
    <circle cx="8.5" cy="18.5" r="2" fill="currentColor" stroke="none" />
    <circle cx="27" cy="20" r="2" fill="currentColor" stroke="none" />
  </>
);

const Filter: Glyph = () => <path d="M18 10 L26 24.5 H10 Z M6 19 L13.5 18 M22.5 18 L30 15.5 M22.8 19.5 L30 20.5" />;

const Sort: Glyph = () => <path d="M9 12 H17 M9 17 H15 M9 22 H13 M23 9.5 V26 M19 22.5 L23 26.5 L27 22.5" />;

const Sample: Glyph = () => <path d="M13.5 8 H22.5 M15 8 V24 Q15 27.5 18 27.5 Q21 27.5 21 24 V8 M15 18 H21" />;

const CreateSamples: Glyph = () => (
  <path d="M6.5 10.5 H14.5 M8 10.5 V23 Q8 25.5 10.5 25.5 Q13 25.5 13 23 V10.5 M8 18 H13 M21.5 10.5 H29.5 M23 10.5 V23 Q23 25.5 25.5 25.5 Q28 25.5 28 23 V10.5 M23 18 H28 M18 15.5 V21.5 M15 18.5 H21" />
);

const RecordID: Glyph = () => (
  <path d="M9 12.5 L11.5 11 V17 M9 25 H13.5 L9.5 20.5 Q12 18.5 13.5 21 M18 13 H27 M18 18 H27 M18 23 H27" />
);

const Unique: Glyph = () => (
  <>
    <circle cx="14" cy="18" r="6" />
    <circle cx="22" cy="18" r="6" strokeDasharray="2.2 2" />
  </>
);

const DataCleansing: Glyph = () => (
  <path d="M24.5 8.5 L17.5 17 M13 16.5 L20 22.5 L17 27.5 L8.5 22 Z M12 21.5 L14 24.5" />
);

const Join: Glyph = () => (
  <>
    <path d="M18 12.2 A6.6 6.6 0 0 1 18 23.8 A6.6 6.6 0 0 1 18 12.2 Z" fill="currentColor" />
    <circle cx="14.6" cy="18" r="6.6" />
    <circle cx="21.4" cy="18" r="6.6" />
  </>
);

const Union: Glyph = () => <path d="M9 10.5 H27 V15.5 H9 Z M9 20.5 H27 V25.5 H9 Z M18 15.5 V20.5" />;

const AppendFields: Glyph = () => <path d="M8.5 10 H15 V26 H8.5 Z M21 10 H27.5 V26 H21 Z M16 18 H20 M18 16 V20" />;

const FindReplace: Glyph = () => <path d="M10 13 H23 L20 10 M26 23 H13 L16 26 M10 13 V16 M26 23 V20" />;

const TextToColumns: Glyph = () => <path d="M10 15 H26 M18 15 V19 M12 19 V27 M18 19 V27 M24 19 V27 M12 19 H24" />;

const Regex: Glyph = () => (
  <>
    <path d="M20 14 V23 M16 16.2 L24 20.8 M24 16.2 L16 20.8" />
    <circle cx="12.5" cy="25.5" r="1.6" fill="currentColor" stroke="none" />
  </>
);

const DateTime: Glyph = () => (
  <>
    <circle cx="18" cy="20.5" r="7.5" />
    <path d="M18 16 V20.5 L21 22.5" />
  </>
);

const Summarize: Glyph = () => <path d="M24.5 12.5 V10 H11.5 L19 18 L11.5 26 H24.5 V23.5" strokeWidth="2.2" />;

const CrossTab: Glyph = () => <path d="M9 9.5 H27 V26.5 H9 Z M9 15 H27 M15 9.5 V26.5 M9 9.5 L15 15" />;

const Transpose: Glyph = () => (
  <path d="M9 10 H14 V15 H9 Z M9 20 V26 M22 10 H27 M18 22 H25 M22 18.5 L25.8 22 L22 25.5" />
);

const Arrange: Glyph = () => (
  <path d="M8.5 9.5 H16 V14 H8.5 Z M20 9.5 H27.5 V14 H20 Z M8.5 21.5 H27.5 V26 H8.5 Z M12.2 16 V19.5 M23.8 16 V19.5" />
);

const MakeColumns: Glyph = () => (
  <path d="M8.5 10 H15 M8.5 14 H15 M8.5 18 H15 M8.5 22 H15 M8.5 26 H15 M21 10 H27.5 M21 14 H27.5 M21 18 H27.5" />
);

const MakeGroup: Glyph = () => (
  <>
    <path d="M12.5 13.5 L17.5 21 M19.8 21.2 L24.2 14.2 M13.5 12 H23" />
    <circle cx="11.5" cy="12" r="2" fill="currentColor" stroke="none" />
    <circle cx="25" cy="12" r="2" fill="currentColor" stroke="none" />
    <circle cx="18.6" cy="23" r="2.2" fill="currentColor" stroke="none" />
  </>
);

const Rank: Glyph = () => (
  <path d="M8.5 26 V19 H14.8 V26 M14.8 26 V11.5 H21.2 V26 M21.2 26 V21.5 H27.5 V26 M7 26 H29" />
);

const OversampleField: Glyph = () => (
  <path d="M11.5 8 H20.5 M13 8 V24 Q13 27.5 16 27.5 Q19 27.5 19 24 V8 M13 18 H19 M26 13 V21 M22.5 17 H29.5" />
);

const CountRecords: Glyph = () => <path d="M10 12 V24 M14 12 V24 M18 12 V24 M22 12 V24 M7.5 22 L24.5 14" />;

const RunningTotal: Glyph = () => <path d="M9 26 H13 V21 H18 V16 H23 V11 H27.5" />;

const ContingencyTable: Glyph = () => (
  <>
    {[0, 45, 90, 135, 180, 225, 270, 315].map((turn) => (
      <path
        key={turn}
        d="M16 15 C18.5 12 18.5 8.5 16.5 6 C13.5 8 13 12 16 15 Z"
        transform={`rotate(${turn} 16 16)`}
        strokeWidth="1.1"
      />
    ))}
    <circle cx="16" cy="16" r="1.6" fill="currentColor" stroke="none" />
  </>
);

const FrequencyTable: Glyph = () => <path d="M9 22.5 H23 M11 22 V17 M15 22 V9.5 M19 22 V13.5" strokeWidth="2.2" />;

const FieldSummary: Glyph = () => <path d="M9 11 H22 M9 15.5 H19 M9 20 H22 M9 24 H14" />;

const ImageInput: Glyph = () => <path d="M14 11.5 V9 H27 V27 H14 V24.5 M8 18 H21 M17.5 14 L21.5 18 L17.5 22" />;

const ImageProcessing: Glyph = () => (
  <>
    <path d="M12 9 H28 V23 H12 Z M24 26.5 H8.5 V12.5" />
    <path d="M12.5 21.5 L17.5 15.5 L21 19 L23 17 L27.5 21.5" />
    <circle cx="23.5" cy="13" r="1.4" fill="currentColor" stroke="none" />
  </>
);

const ImageRecognition: Glyph = () => (
  <>
    <path d="M10 7.5 H26 V19 H10 Z M10.5 18 L15.5 12.5 L19 16 L21 14.2 L25.5 18" />
    <path d="M18 19 V22.5 M11 25 V23.5 Q11 22.5 12 22.5 H24 Q25 22.5 25 23.5 V25" />
    <circle cx="11" cy="27" r="1.9" />
    <circle cx="18" cy="27" r="1.9" />
    <circle cx="25" cy="27" r="1.9" />
    <path d="M18 22.5 V25" />
  </>
);

const ImageProfile: Glyph = () => <path d="M9 10 H27 V26 H9 Z M12.5 23 V19 M16 23 V15 M19.5 23 V17.5 M23 23 V13" />;

const Predict: Glyph = () => (
  <>
    <circle cx="18" cy="16" r="8" />
    <path d="M13.5 14.5 Q14.5 11.5 17.5 10.8" />
    <path d="M12.5 24.5 H23.5 L25 28 H11 Z" />
  </>
);

const ModelComparison: Glyph = () => (
  <>
    <path d="M7.5 27 V20.5 H14.5 V27 M14.5 27 V16 H21.5 V27 M21.5 27 V22.5 H28.5 V27 M6 27 H30" />
    <path
      d="M18 6.8 L19.3 9.6 L22.4 10 L20.1 12.1 L20.7 15.1 L18 13.6 L15.3 15.1 L15.9 12.1 L13.6 10 L16.7 9.6 Z"
      fill="currentColor"
      strokeWidth="0.6"
    />
  </>
);

const SelectRecords: Glyph = () => <path d="M12 9 H8.5 V27 H12 M24 9 H27.5 V27 H24 M13 13 H23 M13 18 H23 M13 23 H19" />;

const MultiFieldBinning: Glyph = () => (
  <>
    <path d="M8 27 H28 M9.5 27 V21 H14 V27 M15.8 27 V14 H20.3 V27 M22 27 V18 H26.5 V27" />
    <path d="M9.5 10 H26.5" strokeDasharray="2 2.2" />
  </>
);

const Tile: Glyph = () => (
  <path d="M9 9.5 H16.5 V17 H9 Z M19.5 9.5 H27 V17 H19.5 Z M9 20 H16.5 V27.5 H9 Z M19.5 20 H27 V27.5 H19.5 Z" />
);

const AutoField: Glyph = () => (
  <path d="M9 26 L13.5 10.5 H14.5 L19 26 M10.6 20.5 H17.4 M23 9.5 V15 L26 12.2 M23 26 V20.5 L26 23.3 M23 15 L20.5 12.2 M23 20.5 L20.5 23.3" />
);

const GenerateRows: Glyph = () => <path d="M8.5 11 H21 M8.5 17 H21 M8.5 23 H16 M24 20 V28 M20 24 H28" />;

const ImputeValues: Glyph = () => (
  <>
    <path d="M9 9.5 H27 V26.5 H9 Z M9 15.2 H27 M9 20.8 H27 M18 9.5 V15.2 M18 20.8 V26.5" />
    <path d="M15 18 H21" strokeWidth="2.6" strokeDasharray="2.2 1.6" />
  </>
);

const JSONParse: Glyph = () => (
  <>
    <path d="M14.5 9 Q11.5 9 11.5 12 V15.5 Q11.5 18 9 18 Q11.5 18 11.5 20.5 V24 Q11.5 27 14.5 27" />
    <path d="M21.5 9 Q24.5 9 24.5 12 V15.5 Q24.5 18 27 18 Q24.5 18 24.5 20.5 V24 Q24.5 27 21.5 27" />
    <circle cx="18" cy="18" r="1.2" fill="currentColor" />
  </>
);

const XMLParse: Glyph = () => (
  <path d="M13.5 11.5 L7.5 18 L13.5 24.5 M22.5 11.5 L28.5 18 L22.5 24.5 M20 9.5 L16 26.5" />
);

const WeightedAverage: Glyph = () => (
  <path d="M18 9 V26 M13 27 H23 M10 12.5 H26 M10 12.5 L6.8 20 H13.2 Z M26 12.5 L22.8 20 H29.2 Z" />
);

const FieldInfo: Glyph = () => (
  <>
    <circle cx="18" cy="18" r="9.5" />
    <path d="M18 17 V23.5" strokeWidth="2.4" />
    <circle cx="18" cy="13" r="1.3" fill="currentColor" stroke="none" />
  </>
);

const BlobConvert: Glyph = () => (
  <path d="M8.5 9 H15 L18 12 V20 H8.5 Z M20 15.5 H27.5 V27 H18 V23 M24.5 9.5 Q28 9.5 28 13 M26.5 11.5 L28 13.2 L29.6 11.5" />
);

const BlockUntilDone: Glyph = () => (
  <>
    <path d="M13.5 8.5 H22.5 L28 14 V22 L22.5 27.5 H13.5 L8 22 V14 Z" />
    <path d="M15 13.5 V22.5 M21 13.5 V22.5" strokeWidth="2.4" />
  </>
);

const Message: Glyph = () => <path d="M8 9.5 H28 V23 H18 L13 27.5 V23 H8 Z M12.5 14 H23.5 M12.5 18.5 H20" />;

const SQL: Glyph = () => (
  <path d="M9 12 Q9 8.5 18 8.5 Q27 8.5 27 12 V24 Q27 27.5 18 27.5 Q9 27.5 9 24 Z M9 12 Q9 15.5 18 15.5 Q27 15.5 27 12 M9 18 Q9 21.5 18 21.5 Q27 21.5 27 18" />
);

const Test: Glyph = () => <path d="M9 9.5 H27 V27 H9 Z M13 18.2 L16.8 22 L23.5 14" strokeWidth="2" />;

const DynamicRename: Glyph = () => (
  <>
    <path d="M8 12 L18.5 9 L28 18.5 L19 27.5 L8 17.5 Z" />
    <circle cx="13" cy="14" r="1.5" fill="currentColor" stroke="none" />
    <path d="M17 21 L22.5 15.8" />
  </>
);

const DynamicSelect: Glyph = () => (
  <path d="M8.5 9.5 H13 V27 H8.5 Z M15.8 9.5 H20.2 V27 H15.8 Z M23 9.5 H27.5 V27 H23 Z M15.8 21 L18 18 L20.2 15" />
);

const FuzzyMatch: Glyph = () => (
  <path d="M9 14.5 Q13.5 10 18 14.5 T27 14.5 M9 21.5 Q13.5 17 18 21.5 T27 21.5" strokeWidth="2.4" />
);

const PearsonCorrelation: Glyph = () => (
  <>
    <path d="M9.5 8.5 V22.5 H23.5 M11.5 20 L22 10.5" />
    <circle cx="13.5" cy="15" r="1.2" fill="currentColor" stroke="none" />
    <circle cx="17.5" cy="18.5" r="1.2" fill="currentColor" stroke="none" />
    <circle cx="17.5" cy="11" r="1.2" fill="currentColor" stroke="none" />
    <circle cx="21.5" cy="14" r="1.2" fill="currentColor" stroke="none" />
  </>
);

const SpearmanCorrelation: Glyph = () => <path d="M9.5 8.5 V22.5 H23.5 M11.5 20.5 Q20.5 20 22 9.5" />;

const AssociationAnalysis: Glyph = () => (
  <>
    <path d="M9.5 9 H23 V22.5 H9.5 Z M9.5 13.5 H23 M9.5 18 H23 M14 9 V22.5 M18.5 9 V22.5" strokeWidth="1.1" />
    <path d="M9.5 9 H14 V13.5 H9.5 Z M14 13.5 H18.5 V18 H14 Z M18.5 18 H23 V22.5 H18.5 Z" fill="currentColor" />
  </>
);

const BlobInput: Glyph = () => (
  <path d="M12 13 V8.5 H21.5 L27 14 V27.5 H12 V23 M21.5 8.5 V14 H27 M7 18 H18.5 M15 14.5 L18.5 18 L15 21.5" />
);

const BlobOutput: Glyph = () => (
  <path d="M22 22 V27.5 H8 V8.5 H16.5 L22 14 M16.5 8.5 V14 H22 M16 18 H29 M25.5 14.5 L29 18 L25.5 21.5" />
);

const DynamicInput: Glyph = () => <path d="M12.5 11 V8 H28 V22.5 H25 M8 12 H24 V27.5 H8 Z M12 17 H20 M12 22 H17" />;

const GLYPHS: Record<string, Glyph> = {
  Directory,
  Input: Book,
  Output,
  Browse,
  TextInput,
  Formula,
  MultiRowFormula: Formula,
  MultiFieldFormula: Formula,
  Select,
  Filter,
  Sort,
  Sample,
  RandomSample: Sample,
  CreateSamples,
  SelectRecords,
  MultiFieldBinning,
  Tile,
  AutoField,
  GenerateRows,
  ImputeValues,
  RecordID,
  Rank,
  OversampleField,
  Unique,
  DataCleansing,
  Join,
  JoinMultiple: Join,
  Union,
  AppendFields,
  FindReplace,
  MakeGroup,
  FuzzyMatch,
  TextToColumns,
  Regex,
  JSONParse,
  XMLParse,
  DateTime,
  DateTimeNow: DateTime,
  Summarize,
  CrossTab,
  Transpose,
  Arrange,
  MakeColumns,
  CountRecords,
  RunningTotal,
  WeightedAverage,
  ContingencyTable,
  FrequencyTable,
  FieldSummary,
  BasicDataProfile: FieldSummary,
  FieldInfo,
  PearsonCorrelation,
  SpearmanCorrelation,
  AssociationAnalysis,
  BlobConvert,
  BlobInput,
  BlobOutput,
  DynamicInput,
  BlockUntilDone,
  Message,
  SQL,
  Test,
  DynamicRename,
  DynamicSelect,
  ImageInput,
  ImageOutput: Output,
  ImageProcessing,
  ImageRecognition,
  ImageProfile,
  Predict,
  ModelComparison,
};

const BY_SHAPE: Record<string, Glyph> = {
  folder: Book,
  circle: Formula,
  hexagon: Join,
  triangle: TextToColumns,
  octagon: Summarize,
  magnifier: FrequencyTable,
  cut_square: ImageProfile,
  scallop: Predict,
  page: FieldSummary,
};

const Gear: Glyph = () => (
  <>
    <circle cx="18" cy="18" r="4" />
    <path d="M18 9 V12 M18 24 V27 M9 18 H12 M24 18 H27 M11.6 11.6 L13.8 13.8 M22.2 22.2 L24.4 24.4 M24.4 11.6 L22.2 13.8 M13.8 22.2 L11.6 24.4" />
  </>
);

export function glyphOf(tool: string, shape: string): Glyph {
  return GLYPHS[tool] ?? BY_SHAPE[shape] ?? Gear;
}
