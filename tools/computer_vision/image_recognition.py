"""Train a classifier of pictures."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
import pyarrow as pa
from pydantic import AfterValidator, Field

from engine import types
from engine.context import Context
from engine.errors import ToolError, ToolWarning, did_you_mean, listed
from engine.tool import Anchor, Config, Emission, FilePath, Home, Schemas, Tool, hint
from engine.types import BLOBS, FieldType, Meaning
from tools._models import compact, model_record
from tools._models.advice import afterwards, again, beforehand
from tools._models.backbones import BACKBONES, IMAGENET, RANDOM
from tools._models.evaluation import SCHEMA as EVALUATION_SCHEMA
from tools._models.evaluation import Evaluation, evaluate, get_ready
from tools._models.intake import Intake, Sizes
from tools._models.labels import coded, label_set, label_weights
from tools._models.model_record import Model
from tools._models.recipe import Options
from tools._models.recipes import COMPACT, recipe_for
from tools._models.runtime import give_back_memory, precision_for, versions
from tools._models.shown import Shown, judged_schema
from tools._models.training import Examples, Outcome, softmax, train

REPORT_SCHEMA = types.schema_of(types.Field("Report", FieldType.V_WString, meaning=Meaning.report))
MODELS = {COMPACT: compact.ADVICE, **{name: row.advice for name, row in BACKBONES.items()}}
_PRETRAINED = hint(when={"model": list(BACKBONES)})
_TRAINED = {"head": "with a new head", "last_block": "its last block trained", "all": "all of it trained"}
MODELS_SHOWN: dict[str, Any] = {"enum": list(MODELS), "enumDescriptions": list(MODELS.values())}


def _known(name: str) -> str:
    if name not in MODELS:
        raise ValueError(f"there is no model '{name}'; there are {listed(MODELS)}. {did_you_mean(name, MODELS)}")
    return name


class LabelledImages(Config):
    """Which fields hold the pictures and what they show."""

    image: Annotated[str, hint("field", meaning="image")]
    """The field with the images."""
    label: Annotated[str, hint("field")]
    """The field with their labels."""


class ImageRecognitionConfig(Config):
    """Settings of Image Recognition."""

    training: LabelledImages
    """Training images (anchor T): the field with the images and the field with their labels."""
    validation: LabelledImages | None = None
    """Validation images (anchor V): the same two fields there; left out, they are called as in training."""
    model: Annotated[str, AfterValidator(_known), Field(json_schema_extra=MODELS_SHOWN)] = COMPACT
    """Compact learns from your pictures alone; the others are pre-trained on ImageNet."""
    epochs: int = Field(default=10, ge=1, le=10_000)
    """Passes over the training images (several each, if there are few). More may learn the pictures by heart."""
    batch_size: int = Field(default=32, ge=1, le=4096)
    """Pictures that are learnt from at a time."""
    weights: Annotated[FilePath, _PRETRAINED, Field(examples=[IMAGENET, RANDOM])] = IMAGENET
    """Weights of a pre-trained model: `imagenet` (downloaded once), or a .h5 or .safetensors file, or `random`."""
    train: Annotated[Literal["head", "last_block", "all"], _PRETRAINED] = "head"
    """How much of a pre-trained model learns: a new head on it (fast), its last block too, or all of it (slow)."""
    learning_rate: Annotated[float | None, hint(none="What suits the model")] = Field(default=None, gt=0, le=1)
    """The highest learning rate; left out, what suits the model."""
    class_weights: bool = False
    """Let rare labels count as much as frequent ones, in training and for which epoch is the best."""
    mirror: bool = True
    """Let whatever learns more than a head see mirrored pictures too. Switch off for writing."""
    early_stopping: Annotated[int | None, hint(none="Never")] = Field(default=None, ge=1)
    """Stop after this many epochs that brought neither a higher accuracy nor a lower loss; left out, train them all.
    The best epoch is kept either way."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """What to compute in: `auto` takes bfloat16 where the processor is faster with it."""
    seed: int = Field(default=1, ge=0, le=2**32 - 1)
    """The same number gives the same model on the same machine."""
    keep_weights: Annotated[Literal["whole", "reference"], _PRETRAINED] = "whole"
    """Put all weights into the model (it predicts anywhere), or a new head and a reference to the pre-trained ones."""


class ImageRecognition(Tool[ImageRecognitionConfig]):
    """Train a model that recognises what pictures show.

    T takes labelled pictures to learn from, V others to judge by. All must have one size, at most 512 × 512 pixels:
    put Image Processing with a scale step before. M gives the model (save it with Output as .yxdb, or connect it to
    Predict), E its precision, recall, F1 and accuracy for every label, R a report to look at with Browse: curves of
    accuracy and loss, a confusion matrix, the surest mistakes. P gives the records of V with what the model says of
    each: the prediction, the probability of every label and the loss, beside small pictures. On the canvas, a cell of
    the matrix shows those of P that it counts.

    `Compact` is a small network that learns from your pictures alone; with hundreds of pictures a label it is the best
    choice. With few, take a pre-trained model: it has learnt to see from a million other pictures. InceptionV3 tends to
    be the fastest of the large ones, VGG16 the most accurate and slowest, InceptionResNetV2 and ResNet50V2 stand
    between; MobileNet is several times as fast. Their weights are downloaded once, or read from a file.

    What a pre-trained model finds in a picture is computed once: more epochs, or more pictures, cost only what is new.
    A training that was killed goes on at the epoch where it stood when the workflow is run again.

    Example:
        recognise:
          tool: ImageRecognition
          training: {image: image, label: Class}
          model: ResNet50V2
          epochs: 10
          batch_size: 32
    """

    inputs = (Anchor("T", "Training images"), Anchor("V", "Validation images"))
    outputs = (
        Anchor("M", "Model"),
        Anchor("E", "Evaluation"),
        Anchor("R", "Report"),
        Anchor("P", "Predictions for the validation images"),
    )
    version = 6
    heavy = True
    keywords = ("classification", "classify", "train", "machine learning", "neural network", "CNN", "vision")

    def __init__(self, config: ImageRecognitionConfig, home: Home) -> None:
        super().__init__(config, home)
        self.spreads = config.model != COMPACT and config.train != "all"
        self._intakes: dict[str, Intake] = {}
        self._seconds = 0.0  # of work on the pictures: decoding, what the recipe keeps of them, epochs

    @property
    def _settings(self) -> dict[str, tuple[str, LabelledImages]]:
        validation = self.config.validation
        return {
            "T": ("training", self.config.training),
            "V": ("validation" if validation else "training", validation or self.config.training),
        }

    def schema(self, inputs: Schemas) -> Mapping[str, pa.Schema | None]:
        problems = [problem for anchor in inputs for problem in self._problems(anchor, inputs[anchor])]
        if problems:
            raise problems[0] if len(problems) == 1 else ExceptionGroup("settings do not fit", problems)
        predicted = types.open_schema(judged_schema(inputs["V"], *self._names("V", inputs["V"]), []))
        return {"M": model_record.SCHEMA, "E": EVALUATION_SCHEMA, "R": REPORT_SCHEMA, "P": predicted}

    def _names(self, anchor: str, schema: pa.Schema) -> tuple[str, str]:
        """The fields of images and labels as they are written there."""
        fields = self._settings[anchor][1]
        return types.find_field(schema, fields.image).name, types.find_field(schema, fields.label).name

    def _problems(self, anchor: str, schema: pa.Schema) -> Iterator[ToolError]:
        setting, fields = self._settings[anchor]
        for part, name in (("image", fields.image), ("label", fields.label)):
            try:
                field = types.find_field(schema, name, setting=f"{setting}.{part}", anchor=anchor)
            except ToolError as error:
                yield error
                continue
            if (field.type in BLOBS) != (part == "image"):
                yield ToolError(
                    f"[{field.name}] is a field of type {field.type}; "
                    + ("images are Blobs." if part == "image" else "labels are text or numbers."),
                    hint="Image Input reads image files into a Blob field." if part == "image" else "",
                    setting=f"{setting}.{part}",
                )

    def warnings(self, inputs: Schemas) -> Iterator[ToolWarning]:
        config, settings = self.config, ImageRecognitionConfig.model_fields
        for name, why in self._idle().items():
            if getattr(config, name) != settings[name].default:
                yield ToolWarning(f"`{name}` has no effect: {why}.", setting=name)
        if config.weights == RANDOM and config.keep_weights == "reference" and "keep_weights" not in self._idle():
            told = "Predict cannot use a model that refers to random weights: no file holds them."
            yield ToolWarning(told, hint="Set keep_weights to whole.", setting="keep_weights")
        if config.early_stopping is not None and config.early_stopping >= config.epochs:
            told = f"`early_stopping` has no effect: there are no more than {config.epochs} epochs."
            yield ToolWarning(told, setting="early_stopping")

    def _idle(self) -> dict[str, str]:
        """The settings that the model does not use, and why."""
        if self.config.model == COMPACT:
            return dict.fromkeys(("weights", "train", "keep_weights"), "Compact learns from scratch")
        if self.config.train == "all":
            return {"keep_weights": "all weights are new, and stand in the model"}
        if self.config.train == "last_block":
            return {"keep_weights": "a new last block needs the weights below it"}
        return {"mirror": "a new head alone sees each picture once, as it is"}

    def reads(self) -> list[Path]:
        source = self._weights
        return [source] if isinstance(source, Path) else []

    @property
    def _weights(self) -> str | Path:
        """Where the weights of a pre-trained model come from."""
        weights = self.config.weights
        return weights if weights in (IMAGENET, RANDOM) else self.home.path(weights)

    def open(self, context: Context) -> None:
        super().open(context)
        self._recipe = recipe_for(self.config.model, self.config.train, self._weights, self._options, context)
        get_ready()
        sizes = Sizes(self._recipe, self.config.model)
        self._shown = Shown(context, context.inputs["V"], *self._names("V", context.inputs["V"]))
        for anchor, schema in context.inputs.items():
            shown = self._shown if anchor == "V" else None
            self._intakes[anchor] = Intake(context, anchor, self._names(anchor, schema), self._recipe, sizes, shown)
        self._sizes = sizes

    @property
    def _options(self) -> Options:
        config = self.config
        return Options(
            epochs=config.epochs,
            batch_size=config.batch_size,
            precision=precision_for(config.precision),
            rate=config.learning_rate,
            patience=config.early_stopping,
            mirror=config.mirror,
            whole=config.keep_weights == "whole",
            alike=config.class_weights,
        )

    def process(self, anchor: str, batch: pa.RecordBatch) -> Iterator[Emission]:
        with self._timed():
            self._intakes[anchor].add(batch)
        yield from ()

    def finish(self, anchor: str) -> Iterator[Emission]:
        with self._timed():
            self._intakes[anchor].finish()
        give_back_memory()  # of all the pictures that were decoded
        yield from ()

    @contextmanager
    def _timed(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self._seconds += time.monotonic() - began

    def complete(self) -> Iterator[Emission]:
        labels = label_set(self._intakes["T"].labels, self._intakes["V"].labels)
        training, validation = (self._examples(anchor, labels) for anchor in ("T", "V"))
        config = self.config
        kind, balanced = (config.model, config.train), config.class_weights
        twice = again(self._intakes["T"].prints, self._intakes["V"].prints)
        suits = [*twice, *beforehand(*kind, training.labels, validation.labels, labels, balanced)]
        self._say(suits)
        random = np.random.default_rng(config.seed)
        learner = self._recipe.learner(training, validation, random)
        outcome = train(learner, training, validation, self._recipe.plan(len(training)), random, self.context)
        self._seconds += outcome.seconds
        probabilities = softmax(np.concatenate(list(learner.logits(careful=True))))
        evaluation = evaluate(labels, validation.labels, probabilities)
        model = self._model(labels, outcome, evaluation)
        yield "M", self._record(model, outcome)
        yield "E", evaluation.record_batch()
        learnt = [*afterwards(*kind, outcome, evaluation, training.labels)]
        self._say(learnt)
        yield "R", self._report(outcome, evaluation, training, learnt + suits)
        for batch in self._shown.judged(evaluation):
            yield "P", batch

    def _say(self, sentences: list[str]) -> None:
        for sentence in sentences:
            self.context.info(sentence)

    def _examples(self, anchor: str, labels: list[str]) -> Examples:
        codes = coded(self._intakes[anchor].labels, labels)
        weights = label_weights(codes, len(labels), balanced=self.config.class_weights and anchor == "T")
        return Examples(self._intakes[anchor].inputs(), codes, weights, self._intakes[anchor].pictures())

    def _record(self, model: Model, outcome: Outcome) -> pa.RecordBatch:
        weights = self._recipe.weights(outcome.state)
        record = model_record.to_record(model, weights, self._seconds, self.context.key)
        del weights  # hundreds of MB, which Predict may need now
        give_back_memory()
        return record

    def _model(self, labels: list[str], outcome: Outcome, evaluation: Evaluation) -> Model:
        assert self._sizes.size is not None
        return Model(
            name=f"{self.config.model} for {listed(labels, 4)}",
            labels=labels,
            image_field=self.config.training.image,
            width=self._sizes.size[0],
            height=self._sizes.size[1],
            input_width=self._sizes.wanted[0],
            input_height=self._sizes.wanted[1],
            backbone=self.config.model,
            precision=self._options.precision,
            mirror=self._recipe.mirrored,
            train="scratch" if self.config.model == COMPACT else self.config.train,
            epochs=self.config.epochs,
            batch_size=self.config.batch_size,
            seed=self.config.seed,
            best_epoch=outcome.best,
            pictures={"training": len(self._intakes["T"].labels), "validation": len(self._intakes["V"].labels)},
            metrics=evaluation.overall,
            history=outcome.history,
            versions=versions(),
            weights_digest=self._recipe.reference,
        )

    def _report(
        self, outcome: Outcome, evaluation: Evaluation, training: Examples, advice: list[str]
    ) -> pa.RecordBatch:
        from tools._models.report import MISTAKES, report

        pictures = self._shown.pictures(evaluation.mistakes[:MISTAKES].tolist())
        learnt = np.bincount(training.labels, minlength=len(evaluation.labels)).tolist()
        fields, facts = self._shown.compared, self._facts(outcome)
        text = report(self.config.model, outcome, evaluation, pictures, learnt, fields, facts, advice)
        return pa.RecordBatch.from_arrays([pa.array([text])], schema=REPORT_SCHEMA)

    def _facts(self, outcome: Outcome) -> dict[str, str]:
        config, sizes, epochs = self.config, self._sizes, len(outcome.history)
        training, validation = (len(self._intakes[anchor].labels) for anchor in ("T", "V"))
        return {
            "Model": config.model if config.model == COMPACT else f"{config.model}, {_TRAINED[config.train]}",
            "Weights": "none, from scratch" if config.model == COMPACT else config.weights,
            "Pictures": f"{training:,} for training, {validation:,} for validation",
            "Size": "{} × {} pixels, seen at {} × {}".format(*(sizes.size or ()), *sizes.wanted),
            "Epochs": f"{epochs} of {config.epochs}" + (f", {outcome.stopped}" if outcome.stopped else ""),
            "Batch size": str(config.batch_size),
            **self._chosen(),
            "Training time": f"{self._seconds:.1f} s, {outcome.seconds:.1f} s of it in the epochs",
            "Precision": self._options.precision,
            "Seed": str(config.seed),
            "Programs": ", ".join(f"{name} {version}" for name, version in versions().items()),
        }

    def _chosen(self) -> dict[str, str]:
        """Lines for settings that most trainings do without."""
        config, chosen = self.config, {}
        if config.learning_rate is not None:
            chosen["Learning rate"] = f"at most {config.learning_rate:g}"
        if config.class_weights:
            chosen["Labels"] = "rare ones count as much as frequent ones"
        if config.early_stopping is not None:
            chosen["Early stopping"] = f"after {config.early_stopping} epochs in which nothing got better"
        if not config.mirror and "mirror" not in self._idle():
            chosen["Mirrored"] = "no"
        return chosen

    def close(self, failed: bool) -> None:
        if hasattr(self, "_recipe"):
            self._recipe.close()
        for intake in self._intakes.values():
            intake.close()
