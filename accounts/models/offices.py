"""Regions, users and the posts they hold."""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from accounts.roles import ROLES, Level, Permission

_PREFIX = {Level.CITY: 4, Level.COUNTY: 6, Level.TOWNSHIP: 9, Level.VILLAGE: 12}


class Deployment(models.Model):
    """One row, written by the owner alone: what kind of deployment this database serves."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    mode = models.CharField(max_length=12, default="production")
    app_role = models.CharField(max_length=63)
    clock_shift_seconds = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(condition=Q(id=1), name="deployment_is_one_row")]

    def __str__(self) -> str:
        return self.mode


class RegionQuerySet(models.QuerySet["Region"]):
    def beneath(self, region: Region) -> RegionQuerySet:
        """The region itself and everything under it."""
        return self.filter(code__startswith=region.prefix)


class Region(models.Model):
    """City, county, township or village; the 12-digit code's prefix is its ancestry (GB/T 2260, 统计用区划代码)."""

    code = models.CharField("区划代码", max_length=12, primary_key=True)
    name = models.CharField("名称", max_length=60)
    level = models.CharField("级别", max_length=8, choices=[(level.value, level.value) for level in Level])
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    is_local = models.BooleanField("本地单位", default=False)
    phone = models.CharField("电话", max_length=20, blank=True)

    objects = RegionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [(permission.value, permission.value) for permission in Permission]
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^\d{12}$"), name="region_code_is_12_digits"),
            models.CheckConstraint(
                condition=Q(level=Level.CITY, parent=None) | Q(parent__isnull=False),
                name="region_only_a_city_is_a_root",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def prefix(self) -> str:
        """The digits every code beneath begins with."""
        return self.code[: _PREFIX[Level(self.level)]]

    @property
    def county_code(self) -> str:
        """Six digits; for the city itself its own first six."""
        return self.code[:6]


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(username=username)


class User(AbstractBaseUser, PermissionsMixin):
    """One person, one account; no account is shared and none is ever deleted."""

    username = models.CharField("用户名", max_length=40, unique=True)
    full_name = models.CharField("姓名", max_length=50)
    office_phone = models.CharField("办公电话", max_length=20, blank=True)
    is_active = models.BooleanField("在用", default=True)
    is_demonstration = models.BooleanField("演示账号", default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["full_name"]

    class Meta:
        default_permissions = ()
        ordering = ["username"]

    def __str__(self) -> str:
        return self.full_name


class PostQuerySet(models.QuerySet["Post"]):
    def in_term(self, on: date) -> PostQuerySet:
        """Held on that day: from its first day, up to but not on its end."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on), starts_on__lte=on)


class DateRange(Func):
    function = "daterange"
    output_field = DateRangeField()


class Post(models.Model):
    """A user's role in a region for a time. Only `accounts.posts` writes it."""

    user = models.ForeignKey(User, models.PROTECT, related_name="posts")
    role = models.CharField("岗位", max_length=12, choices=[(role.code, role.label) for role in ROLES.values()])
    region = models.ForeignKey(Region, models.PROTECT, related_name="posts")
    starts_on = models.DateField("任职日期")
    ends_on = models.DateField("离任日期", null=True)
    appointed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    objects = PostQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["user_id", "starts_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="post_once_at_a_time",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    ("role", RangeOperators.EQUAL),
                    ("region", RangeOperators.EQUAL),
                    (DateRange("starts_on", "ends_on", RangeBoundary()), RangeOperators.OVERLAPS),
                ],
                violation_error_message="这个人已在该地担任这个岗位",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role}@{self.region_id}"
