"""Pages of the door and of the register."""

from django.urls import path

from lachan.people import (
    door_views,
    duty_views,
    house_views,
    identity_views,
    same_views,
    views,
    work_views,
)

urlpatterns = [
    # the door
    path("", door_views.home, name="home"),
    path("sign-in/", door_views.sign_in, name="sign_in"),
    path("sign-in/as/<uuid:account>/", door_views.play, name="play"),
    path("sign-in/phone/", door_views.phone, name="phone"),
    path("sign-in/code/", door_views.code, name="code"),
    path("sign-in/slip/", door_views.slip, name="slip"),
    path("sign-out/", door_views.sign_out, name="sign_out"),
    path("at-work/", work_views.work, name="work"),
    path("demo/messages/", door_views.messages, name="messages"),
    # staff
    path("people/", views.find, name="find"),
    path("people/new/", views.enter, name="enter"),
    path("people/same/", same_views.same, name="same"),
    path("people/same/decided/", same_views.decided, name="same_decided"),
    path("people/same/<uuid:pair>/", same_views.decide, name="same_decide"),
    path("people/same/links/<uuid:link>/undo/", same_views.undo, name="same_undo"),
    path("people/same/links/<uuid:link>/approve/", same_views.approve, name="same_approve"),
    path("people/identity/", identity_views.asked, name="identity"),
    path("people/identity/ask/", identity_views.ask, name="identity_ask"),
    path("people/identity/<uuid:check>/settle/", identity_views.settle, name="identity_settle"),
    path("people/identity/answers/", identity_views.to_answer, name="identity_answer"),
    path("people/identity/answers/<uuid:check>/", identity_views.answer, name="identity_say"),
    path("people/<uuid:person>/", views.card, name="card"),
    path("people/<uuid:person>/house/", house_views.house, name="house"),
    # the duty list
    path("duty/", duty_views.duty, name="duty"),
    path("duty/new/", duty_views.plan, name="duty_plan"),
    path("duty/note/", duty_views.note, name="duty_note"),
    path("duty/<uuid:duty_id>/take-over/", duty_views.take_over, name="duty_take_over"),
    path("duty/<uuid:duty_id>/withdraw/", duty_views.withdraw, name="duty_withdraw"),
    # citizens
    path("me/", views.me, name="me"),
    path("me/new/", views.enter_myself, name="enter_myself"),
    path("me/people/new/", views.enter_other, name="enter_other"),
    path("me/people/<uuid:person>/", views.other, name="other"),
    path("me/looks/", views.looks, name="looks"),
]
