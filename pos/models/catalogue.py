"""Catalogue: what is sold, under which codes."""

import re
from decimal import Decimal
from typing import Self

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Func, GeneratedField, Q, Value
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from pos.core.fields import CompanyForeignKey, MoneyField, finite
from pos.core.ids import uuid7
from pos.core.localized_names import NAME_MAX
from pos.core.querysets import LockableQuerySet
from pos.core.text import CODE_MAX, fold_text
from pos.models.company import Company
from pos.models.restriction import Restriction, restriction_facts
from pos.models.tax import TaxCode


def key_of(field: str) -> GeneratedField:
    """A column with what equal codes have in common: see ``code_key``.

    The database fills it, so that no row goes without. A plain index serves it under
    row security, too, where an index on an expression is not used.
    """
    return GeneratedField(
        expression=Func(field, function="code_key"),
        output_field=models.TextField(),
        db_persist=True,
    )


CONTAINERS_MAX = 999

# Of a word: how long it is if one of its letters may be wrong.
LIKE_MIN = 5
# How like two words of five letters are, of which one letter is another.
LIKENESS_MIN = 0.3

# What is looked for inside barcodes: four figures, three signs, or two with a figure.
_CODE_PART = re.compile(r"[0-9]{4,}|(?=.*[^0-9])([!-~]{3,}|[!-~][0-9]|[0-9][!-~])")


def _has_word(word: str, company_id: int | None, likeness: float | None = None) -> Q:
    """Match a folded word in the texts of a product, or as a part of its barcodes.

    With ``likeness`` a word in the texts may also be one that is as like it. The
    database's function uses the trigram indexes, also under row security.
    """
    found = Func(
        Value(company_id, output_field=models.BigIntegerField()),
        Value(word),
        Value(_CODE_PART.fullmatch(word) is not None),
        Value(likeness, output_field=models.FloatField()),
        function="products_with_word",
        template="(SELECT %(function)s(%(expressions)s))",
        output_field=models.BigIntegerField(),
    )
    return Q(pk__in=found)


class Category(models.Model):
    """A tab of tiles on the till."""

    class Tint(models.TextChoices):
        BAKERY = "bakery", _("wheat")
        KOPI = "kopi", _("brown")
        DAIRY = "dairy", _("blue")
        FRESH = "fresh", _("green")
        PANTRY = "pantry", _("orange")
        SNACK = "snack", _("violet")
        HOME = "home", _("teal")

    class Glyph(models.TextChoices):
        BAG = "g-bag", _("bag")
        BOTTLE = "g-bottle", _("bottle")
        BOWL = "g-bowl", _("bowl")
        BREAD = "g-bread", _("bread")
        CAKE = "g-cake", _("cake")
        CHIP = "g-chip", _("crisps")
        CUP = "g-cup", _("cup")
        EGG = "g-egg", _("egg")
        FRUIT = "g-fruit", _("fruit")
        JAR = "g-jar", _("jar")
        LEAF = "g-leaf", _("leaf")
        MILK = "g-milk", _("milk")
        PUFF = "g-puff", _("pastry")
        ROLL = "g-roll", _("paper roll")
        SPRAY = "g-spray", _("spray")

    uid = models.UUIDField(default=uuid7, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="categories"
    )
    name = models.CharField(_("name"), max_length=100)
    second_name = models.CharField(
        _("second-language name"), max_length=100, blank=True
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    tint = models.CharField(_("colour"), max_length=10, choices=Tint, default=Tint.HOME)
    glyph = models.CharField(
        _("picture"), max_length=10, choices=Glyph, default=Glyph.BAG
    )
    restriction = CompanyForeignKey(
        Restriction,
        null=True,
        blank=True,
        related_name="categories",
        verbose_name=_("restriction"),
        help_text=_("Age and hours of all its products that have no own restriction."),
    )

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ("position", "name")
        constraints = [
            models.UniqueConstraint(
                fields=["company", "name"], name="category_name_once_per_company"
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="category_uid_once_per_company"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ProductQuerySet(LockableQuerySet["Product"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def favourites(self) -> Self:
        return self.filter(is_favourite=True)

    def matching(self, text: str, *, company_id: int | None) -> Self:
        """Products that have every word, in any order and without accents.

        A word is a part of a name, a second name, a SKU or a barcode. A text of
        accents alone has no words, and nothing has them. Without a company every
        company's products are searched, of those that the queryset has.
        """
        words = fold_text(text).split()
        found = self if words else self.none()
        for word in words:
            found = found.filter(_has_word(word, company_id))
        return found

    def nearly_matching(self, text: str, *, company_id: int | None) -> Self:
        """Products that have every word, or one like it; the likest first.

        A word of five letters or more may have one wrong letter; a code, in which
        there is a figure, may not.
        """
        found = self
        likeness: Combinable | None = None
        for word in fold_text(text).split():
            if len(word) < LIKE_MIN or re.search(r"[0-9]", word):
                found = found.filter(_has_word(word, company_id))
                continue
            found = found.filter(_has_word(word, company_id, LIKENESS_MIN))
            like = TrigramStrictWordSimilarity(word, "search_text")
            likeness = like if likeness is None else likeness + like
        if likeness is None:
            return self.none()
        found = found.alias(likeness=likeness)
        return found.order_by("-likeness", "tile_position", "name")

    def with_restriction(self) -> Self:
        """Add ``restriction_facts``, by which its age and hours are decided."""
        return self.annotate(restriction_facts=restriction_facts())

    def for_tiles(self, outlet_id: int) -> Self:
        """Everything a tile shows, in one query."""
        return (
            self.active()
            .select_related("category")
            .annotate(
                stock=models.FilteredRelation(
                    "stock_items", condition=Q(stock_items__outlet_id=outlet_id)
                )
            )
            .annotate(on_hand=F("stock__on_hand"))
            .order_by("tile_position", "name")
        )


class Product(models.Model):
    """One thing that is sold, at one price per unit.

    ``price`` includes tax when the company's prices do. An open-price product
    asks the cashier for its price.
    """

    class Unit(models.TextChoices):
        EACH = "each", _("each")
        KILOGRAM = "kg", _("kg")
        GRAM = "g", _("g")
        LITRE = "l", _("l")
        METRE = "m", _("m")

    class WhenOut(models.TextChoices):
        """What the till does when stock would fall below zero."""

        REFUSE = "refuse", _("refuse the sale")
        WARN = "warn", _("sell and warn")
        ALLOW = "allow", _("sell")

    uid = models.UUIDField(default=uuid7, editable=False)
    company = models.ForeignKey(
        Company, models.PROTECT, db_index=False, related_name="products"
    )
    category = CompanyForeignKey(
        Category,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("category"),
    )
    sku = models.CharField(_("SKU"), max_length=CODE_MAX)
    sku_key = key_of("sku")
    name = models.CharField(_("name"), max_length=NAME_MAX)
    second_name = models.CharField(
        _("second-language name"), max_length=NAME_MAX, blank=True
    )
    search_text = GeneratedField(
        expression=Func("name", "second_name", "sku", function="fold_text"),
        output_field=models.TextField(),
        db_persist=True,
    )
    description = models.TextField(_("description"), blank=True)
    price = MoneyField(_("price"), default=Decimal(0))
    is_open_price = models.BooleanField(_("price is typed at the till"), default=False)
    cost = MoneyField(_("cost"), null=True, blank=True)
    tax_code = models.CharField(
        _("tax code"), max_length=5, choices=TaxCode, default=TaxCode.SR
    )
    # Instead of its category's.
    restriction = CompanyForeignKey(
        Restriction,
        null=True,
        blank=True,
        related_name="products",
        verbose_name=_("restriction"),
        help_text=_("Instead of its category's. Empty: its category's."),
    )
    unit = models.CharField(_("unit"), max_length=5, choices=Unit, default=Unit.EACH)
    containers = models.PositiveSmallIntegerField(
        _("containers with a deposit"),
        default=0,
        db_default=0,
        validators=[MaxValueValidator(CONTAINERS_MAX)],
        help_text=_("In one piece: 1 for a can, 24 for a carton of them."),
    )
    is_tracked = models.BooleanField(_("stock is counted"), default=True)
    when_out = models.CharField(
        _("when stock runs out"), max_length=10, choices=WhenOut, default=WhenOut.WARN
    )
    is_favourite = models.BooleanField(_("favourite"), default=False)
    tile_position = models.PositiveSmallIntegerField(
        _("position of the tile"), default=0
    )
    glyph = models.CharField(
        _("picture"), max_length=10, choices=Category.Glyph, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    # What restricts it, where a query says so; no column.
    restriction_facts: str | None

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering = ("name",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "sku_key"],
                name="sku_once_per_company",
                violation_error_message=_("This SKU is taken."),
            ),
            models.UniqueConstraint(
                fields=["company", "uid"], name="product_uid_once_per_company"
            ),
            finite("product_amounts_are_finite", "price", "cost"),
            models.CheckConstraint(
                name="product_price_is_not_negative",
                condition=Q(price__gte=0),
                violation_error_message=_("The price must not be below zero."),
            ),
            models.CheckConstraint(
                name="only_pieces_have_containers",
                condition=Q(containers=0) | Q(unit="each"),
                violation_error_message=_(
                    "Only what is sold by the piece has containers with a deposit."
                ),
            ),
            models.CheckConstraint(
                name="product_cost_is_not_negative",
                condition=Q(cost__gte=0) | Q(cost__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["company", "category", "tile_position", "name"],
                name="product_by_tile",
            ),
            models.Index(
                fields=["company", "tile_position", "name"],
                condition=Q(is_favourite=True),
                name="product_favourites",
            ),
            GinIndex(
                OpClass(F("search_text"), name="gin_trgm_ops"),
                # Searches are fast also right after a long import.
                fastupdate=False,
                name="product_by_words",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def may_run_out(self) -> bool:
        """Whether what is on hand is asked before it is sold."""
        return self.is_tracked and self.when_out != self.WhenOut.ALLOW

    @property
    def has_history(self) -> bool:
        """Whether it was sold, or its stock has ever moved."""
        return (
            self.sale_lines.exists()
            or self.stock_items.filter(movements__isnull=False).exists()
        )

    @property
    def tile_glyph(self) -> str:
        return self.glyph or (self.category.glyph if self.category else "g-bag")

    @property
    def is_sold_by_the_piece(self) -> bool:
        return self.unit == self.Unit.EACH


class Barcode(models.Model):
    """Any code that scans to a product; a GTIN has its check digit verified."""

    company = CompanyForeignKey(Company, related_name="+")
    product = CompanyForeignKey(Product, models.CASCADE, related_name="barcodes")
    code = models.CharField(_("barcode"), max_length=CODE_MAX)
    key = key_of("code")

    objects = LockableQuerySet.as_manager()

    class Meta:
        verbose_name = _("barcode")
        verbose_name_plural = _("barcodes")
        ordering = ("code",)
        constraints = [
            models.UniqueConstraint(
                fields=["company", "key"],
                name="barcode_once_per_company",
                violation_error_message=_("This barcode is taken."),
            ),
        ]
        indexes = [
            GinIndex(
                OpClass(F("key"), name="gin_trgm_ops"),
                fastupdate=False,
                name="barcode_by_part",
            ),
        ]

    def __str__(self) -> str:
        return self.code
